// Random bodies that a site may send as HTML, each with the expected result of `mark`.
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { random } from "../../../benches/edge/lib/random.mjs";

export const MARK = ' data-leadscore-segment="visitor"';

const ELEMENTS =
  `a applet area article b base body br button caption center col colgroup dd details dialog div dl dt em embed fieldset
  font foreignObject form frame frameset h1 head hr html i iframe image img input isindex li link listing main marquee math
  menu meta mi mo mtext nobr noembed noframes noscript object ol optgroup option p param plaintext pre ruby rb rp rt rtc
  script search section select source span style summary svg table tbody td template textarea tfoot th thead title tr track
  u ul var video wbr xmp x-own`.split(/\s+/);
const BITS = [
  "text",
  "&amp;",
  "&#0;",
  "<",
  "</",
  "<!",
  "<!-- c",
  "-->",
  "<![CDATA[x]]>",
  "<?php ?>",
  "é",
  "日本",
  "\0",
  "\u{1F600}",
  "'\"",
];

const latin = (text) => Buffer.from(text, "latin1");

/** Elements in any order, most of them never closed. */
function soup({ pick, below, chance }) {
  let text = "";
  for (let i = below(40); i > 0; i--) {
    const name = pick(ELEMENTS);
    const attribute = pick(["", "", ` id=${below(9)}`, ` class="a > b"`, ` x='<html '`, " /"]);
    text += chance(0.3) ? `</${name}>` : chance(0.3) ? pick(BITS) : `<${name}${attribute}>`;
  }
  return text;
}

const PROLOGUES = {
  nothing: "",
  doctype: "<!doctype html>",
  "doctype in capitals": '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\r\n',
  "byte order mark": "\xef\xbb\xbf<!doctype html>",
  white: " \t\r\n\f<!doctype html>\n",
  comment: "<!-- <html lang=en> --><!doctype html><!-- a -- b > c -->",
  "comments that end at once": "<!--><!---><!doctype html><!-- a --!>",
  "conditional comments": '<!doctype html><!--[if IE]><html class="ie"><![endif]--><!--[if !IE]><!-->',
  "a long comment": `<!--${"licence ".repeat(900)}--><!doctype html>`,
  "processing instruction": '<?xml version="1.0"?><!doctype html>',
};
const ROOTS = {
  plain: ["<html", ">"],
  language: ["<html", ' lang="en">'],
  capitals: ["<HTML", "\nLANG=en >"],
  "a greater-than sign in a value": ["<html", " class=\"a>b\" data-x='>' y=z>"],
  "odd attributes": ["<html", "/a==b / =c 'd\"e>"],
  "no value": ["<html", " hidden a= >"],
  "a namespace": ["<html", ' xmlns="http://www.w3.org/1999/xhtml" xml:lang="de">'],
};
const OTHERS = {
  "no root": "<!doctype html><head><title>x</title><p>",
  "a part of a page": "<li>one<li>two",
  text: "hello <html>",
  "another element": "<htmlx><html>",
  "a CDATA section": "<![CDATA[x]]><html>",
  "a comment without an end": "<!-- <html>",
  "a root without an end": '<html lang="en" class="a>',
  "a root that stops": "<!doctype html><html",
  "a comment longer than is looked at": `<!--${"x".repeat(20_000)}--><html>`,
  "a zero": "<!doctype html>\0<html>",
  "an escape": "<!--\x1b$B--><html>--><html>",
  empty: "",
};

const utf16 = (text, isBig) => {
  const bytes = Buffer.from(text, "utf16le");
  return isBig ? bytes.swap16() : bytes;
};
const CODED = {
  gzip: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

/** @returns {{ name: string, type: string, encoding?: string, body: Buffer, expected: Buffer, isMarked: boolean }[]} */
export function pages(count, seed) {
  const chance = random(seed);
  const { pick, below } = chance;
  const page = () => {
    const prologue = pick(Object.keys(PROLOGUES));
    const root = pick(Object.keys(ROOTS));
    const [open, rest] = ROOTS[root];
    const tail = Buffer.from(`${rest}<head></head><body>${soup(chance)}`);
    const begin = latin(PROLOGUES[prologue] + open);
    const body = Buffer.concat([begin, tail]);
    return { name: `${prologue}, ${root}`, body, marked: Buffer.concat([begin, latin(MARK), tail]) };
  };
  const same = (name, body, type = "text/html", encoding) => ({
    name,
    type,
    encoding,
    body,
    expected: body,
    isMarked: false,
  });
  const makers = [
    ...Array.from({ length: 6 }, () => () => {
      const { name, body, marked } = page();
      const type = pick([
        "text/html",
        "text/html; charset=utf-8",
        'Text/HTML;charset="windows-1252"',
        "text/html; charset=shift_jis",
      ]);
      return { name, type, body, expected: marked, isMarked: true };
    }),
    () => {
      const begin = `<?xml version="1.0"?>\n<!DOCTYPE html>\n<html`;
      const tail = ' xmlns="http://www.w3.org/1999/xhtml"><head><title/></head></html>';
      const expected = latin(begin + MARK + tail);
      return { name: "XHTML", type: "application/xhtml+xml", body: latin(begin + tail), expected, isMarked: true };
    },
    () => {
      const [former, after] = pick([
        ["<html a=b data-leadscore-segment=x", " c>"],
        ["<html Data-Leadscore-Segment='mql'", ">"],
      ]);
      const body = latin(former + after);
      const at = former.search(/data-leadscore/i);
      const expected = latin(former.slice(0, at) + MARK.trim() + after);
      return { name: "marked before", type: "text/html", body, expected, isMarked: true };
    },
    () => {
      const name = pick(Object.keys(OTHERS));
      return same(
        name,
        latin(OTHERS[name] + (/without|stops|empty/.test(name) ? "" : soup(chance).replace(/[^\0-\xff]/g, ""))),
      );
    },
    () => same("XHTML that is not in lower case", latin("<HTML xmlns='x'>"), "application/xhtml+xml"),
    () => same("an internal subset", latin('<!DOCTYPE html [<!ENTITY a "<html>">]><html>'), "application/xhtml+xml"),
    () => {
      const isBig = chance.chance(0.5);
      const body = utf16(`${pick(["", "\ufeff"])}<!doctype html><html><p>END`, isBig);
      return same("UTF-16", body, pick(["text/html", `text/html; charset=utf-16${isBig ? "be" : "le"}`]));
    },
    () =>
      same(
        "a charset that is not what it is",
        page().body,
        `text/html; charset=${pick(["utf-16le", "UTF-16", "utf-32", "utf-7", "ucs-2", "iso-2022-jp", "hz-gb-2312"])}`,
      ),
    () => same("bytes of any kind", Buffer.from(Array.from({ length: below(3_000) }, () => below(256)))),
    () => {
      const encoding = pick(Object.keys(CODED));
      return same(`${encoding}, compressed already`, CODED[encoding](page().body), "text/html", encoding);
    },
    () => same("not HTML", page().body, pick(["text/plain", "application/json", "image/svg+xml", "text/htmlx"])),
    () => {
      const { body, name } = page();
      const isWhole = (length) => /<html[^]*?>/i.test(body.subarray(0, length).toString("latin1"));
      let length = below(body.length);
      while (isWhole(length)) length = below(length);
      return same(`cut off: ${name}`, body.subarray(0, length));
    },
  ];
  return Array.from({ length: count }, (_, i) => makers[i % makers.length]());
}
