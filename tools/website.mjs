// Makes the folder for website owners who have neither Rust nor Node: `node tools/website.mjs FOLDER`. It contains the
// files that a page loads, from pkg/, and a README; the release workflow zips it.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ROOT } from "./lib/project.mjs";
import { fail, main } from "./lib/say.mjs";

/** The files that the tag loads, those that the inspector loads besides, and the schema for editors. */
const PARTS = ["video.js", "data-layer.js", "embeds.js", "consent-tools.js"];
const FILES = ["tag.js", "loader.js", "browser.wasm", ...PARTS, "inspector.js", "leadscore.wasm", "schema.json"];
const LICENCES = ["LICENSE-MIT", "LICENSE-APACHE"];

const readme = (/** @type {string} */ version) => `# leadscore ${version} for a website

Copy these files into a folder of your site, such as \`/leadscore/\`, all from one release, with your compiled model beside them, and put one line on each page:

\`\`\`html
<script type="module" src="/leadscore/tag.js" data-model="/leadscore/acme.lsm" data-endpoint="/signals"></script>
\`\`\`

| file | is |
| --- | --- |
| \`tag.js\`, \`browser.wasm\` | the tag: all that a visitor loads, besides the model |
| \`loader.js\` | a classic script that adds the tag, for tag managers and site builders that take no module |
| \`video.js\`, \`data-layer.js\` | parts of the tag, loaded when a video plays, and with \`data-listen\` or \`data-consent="google"\` |
| \`embeds.js\`, \`consent-tools.js\` | the same, loaded with \`data-embeds\`, and with the name of a consent tool in \`data-consent\` |
| \`inspector.js\`, \`leadscore.wasm\` | the inspector, loaded only on pages opened with \`?leadscore=inspect\` |
| \`schema.json\` | completes and checks a model in an editor: \`"$schema": "./schema.json"\` |

A model is compiled by \`leadscore compile model.json -o acme.lsm\`: the command line is beside this file in the release, or \`npx leadscore\`. The server has to
send \`.js\` as JavaScript; any type will do for \`.wasm\` and \`.lsm\`. The guide in the repository, "A website with a tag", has every attribute and event, consent,
and how signals arrive.

Licensed under MIT or Apache-2.0, at your option.
`;

await main(async () => {
  const [folder] = process.argv.slice(2);
  if (!folder) fail("say where to: node tools/website.mjs FOLDER");
  const pkg = join(ROOT, "pkg");
  let version = "";
  try {
    ({ version } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8")));
  } catch {
    fail("the package in pkg/ is not built; run `make build` first");
  }
  const to = resolve(folder);
  mkdirSync(to, { recursive: true });
  for (const name of [...FILES, ...LICENCES]) copyFileSync(join(pkg, name), join(to, name));
  writeFileSync(join(to, "README.md"), readme(version));
});
