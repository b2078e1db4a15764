// Renders Markdown as the guide's HTML. The fence of a code block may have options: ```js in=page file=app.js
//
// `file` is shown above the block, and is its file name for other blocks of the page; `in` tells the tests where it
// runs.
import { Marked } from "marked";
import { anchors, escape, heading, table } from "./html.mjs";
import { highlight } from "./highlight.mjs";

/** The blocks of code in a text, with the line that each begins in. */
export function blocksOf(markdown) {
  const blocks = [];
  let from = 0;
  const visit = (tokens) => {
    for (const token of tokens ?? []) {
      if (token.type === "code") {
        const at = markdown.indexOf(token.raw.split("\n")[0], from);
        from = at + 1;
        const line = markdown.slice(0, at).split("\n").length;
        blocks.push({ ...fence(token.lang), code: `${token.text}\n`, line });
      }
      visit(token.tokens);
      for (const item of token.items ?? []) visit(item.tokens);
    }
  };
  visit(new Marked().lexer(markdown));
  return blocks;
}

function fence(info = "") {
  const [language = "", ...options] = info.split(/\s+/);
  return { language, ...Object.fromEntries(options.map((option) => option.split("="))) };
}

/** @type {(markdown: string) => string} */
export const inline = (markdown) => /** @type {string} */ (new Marked().parseInline(markdown));

/** Returns a page's HTML and its headings; `rewrite` returns the target of a link. */
export function render(markdown, rewrite = (href) => href) {
  const headings = [];
  const anchor = anchors();
  /** @type {any} its functions are called as methods of Marked's renderer */
  const renderer = {
    heading({ tokens, depth }) {
      const html = this.parser.parseInline(tokens);
      const text = plain(html);
      const id = anchor(text);
      headings.push({ depth, id, text });
      return depth === 1 ? `<h1>${html}</h1>\n` : heading(depth, id, html);
    },
    code({ text, lang }) {
      return codeBlock(text, fence(lang));
    },
    link({ href, tokens }) {
      return `<a href="${escape(rewrite(href))}">${this.parser.parseInline(tokens)}</a>`;
    },
    table({ header, rows }) {
      const cellOf = ({ tokens }) => this.parser.parseInline(tokens);
      const name = `Table: ${headings.at(-1).text}`;
      return table(
        name,
        header.map(cellOf),
        rows.map((cells) => cells.map(cellOf)),
      );
    },
    html({ text }) {
      if (/^\s*<!--[\s\S]*-->\s*$/.test(text)) return "";
      throw new Error(`the guide's Markdown has no HTML of its own, but here is ${text.trim().slice(0, 60)}`);
    },
  };
  const html = /** @type {string} */ (new Marked({ renderer }).parse(markdown));
  return { html, headings };
}

const LANGUAGES = {
  console: "Command and what it prints",
  html: "HTML",
  http: "Header",
  js: "JavaScript",
  json: "JSON",
  ndjson: "Events",
  sh: "Shell",
};

// A button that needs a script is hidden by the style sheet where there is none, so that nothing moves. What a command
// prints is not for copying.
function codeBlock(code, { language, file }) {
  const name = escape(file ?? LANGUAGES[language] ?? language);
  const button = `<button class="copy" type="button" data-copy>Copy<span class="hidden"> ${name}</span></button>`;
  return (
    `<figure class="code"><figcaption>${name}</figcaption>${language === "console" ? "" : button}` +
    `<pre tabindex="0"><code>${highlight(code, language)}</code></pre></figure>\n`
  );
}

const plain = (html) =>
  html
    .replace(/<[^>]+>/g, "")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&amp;/g, "&")
    .replace(/`/g, "");
