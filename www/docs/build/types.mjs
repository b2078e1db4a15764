// The reference of an entry point, from its .d.ts: everything that it exports, with its documentation.
import ts from "typescript";
import { escape, heading } from "./html.mjs";
import { inline } from "./markdown.mjs";

/** @param {string} text of the .d.ts @param {object} links addresses of types of other pages, by name */
export function typesReference(name, text, links = {}) {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const items = itemsOf(file);
  const known = { ...links, ...Object.fromEntries(items.map((item) => [item.name, `#${item.id}`])) };
  const context = { file, known };
  const html = [];
  const headings = [];
  for (const [title, kinds] of SECTIONS) {
    const those = items.filter(({ kind }) => kinds.includes(kind));
    if (those.length === 0) continue;
    const id = String(title).toLowerCase();
    headings.push({ depth: 2, id, text: title });
    html.push(heading(2, id, title));
    for (const item of those) {
      headings.push({ depth: 3, id: item.id, text: item.name });
      // Found by the search, and too many for the page's own list.
      const members = new Map((item.node.members ?? []).map((member) => [idOf(item.id, member, context), member]));
      for (const [id, member] of members)
        headings.push({ depth: 4, id, text: `${item.name}.${nameOf(member, context)}` });
      html.push(heading(3, item.id, `<code>${escape(item.name)}</code>`), describe(item, context));
    }
  }
  return { html: html.join(""), headings, names: items.map((item) => item.name) };
}

/** The exports of an entry point, by name and anchor; for links from other pages. */
export function exportsOf(name, text) {
  return itemsOf(ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true));
}

const SECTIONS = [
  ["Functions", ["function"]],
  ["Classes", ["class"]],
  ["Globals", ["global"]],
  ["Types", ["interface", "type"]],
];

/** Returns the name of a declaration; `default` for a default export without a name. */
const ownName = (node) => node.name?.text ?? "default";

function itemsOf(file) {
  const items = [];
  const add = (kind, name, node) => items.push({ kind, name, node, id: name.toLowerCase() });
  for (const node of file.statements) {
    const isExported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (ts.isModuleDeclaration(node))
      for (const inner of /** @type {any} */ (node.body).statements) add("global", inner.name.text, inner);
    if (!isExported) continue;
    const isDefault = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword);
    if (ts.isFunctionDeclaration(node)) add("function", isDefault ? `${ownName(node)} (default)` : ownName(node), node);
    else if (ts.isClassDeclaration(node)) add("class", ownName(node), node);
    else if (ts.isInterfaceDeclaration(node)) add("interface", node.name.text, node);
    else if (ts.isTypeAliasDeclaration(node)) add("type", node.name.text, node);
  }
  return items.map((item) => ({ ...item, id: item.id.replace(/[^\w]+/g, "-").replace(/-$/, "") }));
}

function describe({ kind, id, node }, context) {
  const documented = documentation(node, context);
  if (kind === "function") return `${signature(node, context)}${documented}`;
  if (kind === "type") return `${documented}${signature(node.type, context)}`;
  const above = (node.heritageClauses ?? []).map((clause) => `<p>${code(clause, context)}</p>`).join("");
  const members = node.members.map((member) => memberOf(id, member, context)).join("\n");
  return `${documented}${above}<dl class="fields">${members}</dl>\n`;
}

function memberOf(parent, member, context) {
  const id = idOf(parent, member, context);
  // Of overloads, and of getters with their setters, the first has the anchor.
  const { members } = member.parent;
  const isFirst = members.find((other) => nameOf(other, context) === nameOf(member, context)) === member;
  return `<div${isFirst ? ` id="${escape(id)}"` : ""}><dt>${code(member, context)}</dt><dd>${documentation(member, context)}</dd></div>`;
}

const idOf = (parent, member, context) =>
  `${parent}-${nameOf(member, context)
    .toLowerCase()
    .replace(/[^\w]+/g, "-")}`;

const nameOf = (member, { file }) => member.name?.getText(file) ?? "constructor";

const printer = ts.createPrinter({ removeComments: true });

/** A declaration on one line where it fits; names of types are links. */
function code(node, { file, known }) {
  const text = printer
    .printNode(ts.EmitHint.Unspecified, node, file)
    .replace(/^export (default )?(declare )?/, "")
    .replace(/;$/, "")
    .replace(/\s+/g, " ")
    .replace(/^\{ | \}$/g, (brace) => brace);
  const link = (word) => (known[word] ? `<a href="${known[word]}">${word}</a>` : word);
  // A declared name does not link to itself.
  const own = node.name?.getText?.(file);
  return `<code>${escape(text).replace(/\b[A-Z]\w+\b/g, (word) => (word === own ? word : link(word)))}</code>`;
}

const signature = (node, context) => `<p class="signature">${code(node, context)}</p>\n`;

function documentation(node, { file }) {
  const [comment] = node.jsDoc?.slice(-1) ?? [];
  if (!comment) return "";
  const paragraphs = prose(comment.comment)
    .split(/\n\s*\n/)
    .filter(Boolean)
    .map((paragraph) => `<p>${inline(paragraph.replace(/\s+/g, " "))}</p>`);
  const tags = (comment.tags ?? []).map((tag) => tagOf(tag, file)).filter(Boolean);
  return [...paragraphs, tags.length ? `<ul class="tags">${tags.join("")}</ul>` : ""].join("\n");
}

// Examples in code are on the guide's other pages, where tests run them.
const prose = (comment) => (ts.getTextOfJSDocComment(comment) ?? "").replace(/```[\s\S]*?```/g, "").trim();

function tagOf(tag, file) {
  const text = inline(prose(tag.comment).replace(/\s+/g, " "));
  if (ts.isJSDocParameterTag(tag)) return `<li><code>${escape(tag.name.getText(file))}</code>: ${text}</li>`;
  if (ts.isJSDocReturnTag(tag)) return `<li>Gives ${text.charAt(0).toLowerCase()}${text.slice(1)}</li>`;
  if (ts.isJSDocThrowsTag(tag))
    return `<li>Throws <code>${escape(tag.typeExpression?.type.getText(file))}</code>: ${text}</li>`;
  return "";
}
