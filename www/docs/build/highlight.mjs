// Simple syntax highlighting: comments, strings, keywords.
import { escape } from "./html.mjs";

const STRING = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/;
const KEYWORD =
  /\b(?:async|await|case|catch|class|const|default|else|export|extends|for|from|function|if|import|let|new|of|return|throw|try|using|while)\b/;

/** By language: the kinds of tokens, in the order in which they are searched. */
const TOKENS = {
  js: { comment: /\/\/.*|\/\*[\s\S]*?\*\//, string: STRING, keyword: KEYWORD },
  json: { key: /"(?:\\.|[^"\\\n])*"(?=\s*:)/, string: /"(?:\\.|[^"\\\n])*"/, keyword: /\b(?:true|false|null)\b/ },
  html: { comment: /<!--[\s\S]*?-->/, keyword: /<\/?[a-z][\w-]*|(?<![=\s])\/?>/, string: /"[^"\n]*"/ },
  css: { comment: /\/\*[\s\S]*?\*\//, string: STRING },
  sh: { comment: /(?<=^|\s)#.*/, string: STRING },
  console: { keyword: /^\$ .*/ },
  http: { keyword: /^[\w-]+(?=:)/, string: /'[^'\n]*'/ },
};
TOKENS.ndjson = TOKENS.json;

export function highlight(code, language) {
  const kinds = Object.entries(TOKENS[language] ?? {});
  if (kinds.length === 0) return escape(code);
  const any = new RegExp(kinds.map(([kind, { source }]) => `(?<${kind}>${source})`).join("|"), "gm");
  let html = "";
  let end = 0;
  for (const match of code.matchAll(any)) {
    const kind = Object.keys(match.groups ?? {}).find((name) => match.groups?.[name] !== undefined);
    html += `${escape(code.slice(end, match.index))}<span class="t-${kind}">${escape(match[0])}</span>`;
    end = match.index + match[0].length;
  }
  return html + escape(code.slice(end));
}
