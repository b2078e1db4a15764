// Helpers for HTML: escaping, and anchors of headings.

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export const escape = (text) => String(text).replace(/[&<>"]/g, (char) => ENTITIES[char]);

/** As GitHub makes them, so that links to README.md's headings and to the guide's read alike. */
const slugOf = (text) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

/** Returns unique anchors of a page; a repeated one gets a number. */
export function anchors() {
  const used = new Map();
  return (text) => {
    const slug = slugOf(text);
    const count = used.get(slug) ?? 0;
    used.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  };
}

export const heading = (level, id, html) =>
  `<h${level} id="${escape(id)}">${html}<a class="anchor" href="#${escape(id)}" aria-label="Link to this part">#</a></h${level}>\n`;

/**
 * A table of cells that are HTML. It says its roles, as on a phone its rows are drawn as blocks, which would take them
 * away; there each cell shows its column's name. Focusable, so that whoever has no pointer can scroll one that is too
 * wide.
 */
export function table(name, header, rows) {
  // An empty header cell is not a heading.
  const head = header.map((html) => (html ? `<th role="columnheader">${html}</th>` : '<td role="cell"></td>'));
  const label = (i) => (i > 0 && header.length > 2 && header[i] ? ` data-label="${plain(header[i])}"` : "");
  const row = (cells) =>
    `<tr role="row">${cells.map((html, i) => `<td role="cell"${label(i)}>${html}</td>`).join("")}</tr>`;
  return (
    `<div class="table" role="group" aria-label="${escape(name)}" tabindex="0"><table role="table">` +
    `<thead role="rowgroup"><tr role="row">${head.join("")}</tr></thead>\n` +
    `<tbody role="rowgroup">${rows.map(row).join("\n")}</tbody></table></div>\n`
  );
}

const plain = (html) => html.replace(/<[^>]+>/g, "");
