// The README that `init` leaves beside the model.

/** Text in a table cell or a list. */
const cell = (text) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
const list = (texts) => (texts.length > 0 ? texts.slice(0, 10).map(cell).join(", ") : "none found");

/**
 * @param {{ name: string, line: string, found: ReturnType<typeof import("./find.js").findAll>, folder?: string, served: string, compiled: string, own: string }} facts
 */
export function readmeOf({ name, line, found, folder, served, compiled, own }) {
  const forms = found.forms.demo.map(({ id, name, paths }) => id || name || `a form on ${paths[0]}`);
  const copy = folder
    ? `\`${served}/\` is in the folder of your site already; publish it with your pages.`
    : `Copy \`${served}/\` to your server, so that it is at \`/leadscore/\` of your site.`;
  return `# Scoring the visitors of ${name}

Written by \`npx leadscore init\`. \`model.json\` says what counts; a visitor's browser scores by it, and sends nothing until a stage is reached.

| found | where |
| --- | --- |
| prices | ${list(found.pricing)} |
| product | ${list(found.product)} |
| customers | ${list(found.proof)} |
| jobs | ${list(found.careers)} |
| forms that ask for a demo | ${list(forms)} |
| newsletters | ${list(found.forms.newsletter.map(({ id, name, paths }) => id || name || `a form on ${paths[0]}`))} |
| embedded forms and calendars | ${list(found.embeds)} |

## 1. See a score

1. ${copy}
2. Paste this line into the head of each page, best into the template that all pages share:

   \`\`\`html
   ${line}
   \`\`\`

3. Open a page through a server, not as a file, with \`?leadscore=inspect\` behind its address, such as \`http://localhost:8000/?leadscore=inspect\`. The inspector shows your
   score and what made it. Look at the prices and read for a minute: each counts at once.

On your own computer \`python3 -m http.server 8000 --directory ${folder ?? "FOLDER"}\` serves a folder of pages.

## 2. Make the model yours

Change points, paths and forms in \`model.json\`; an editor completes and explains them by \`schema.json\`. Then check it, and compile it to what pages load:

\`\`\`sh
npx leadscore check ${own}/model.json
npx leadscore compile ${own}/model.json -o ${compiled}
\`\`\`

## 3. Take in signals

Nobody hears of a stage yet: signals are announced in the page only. Give the line \`data-endpoint\` with the address of a receiver of yours, which verifies signals and hands them to your
CRM. The guide goes through it: "A website with a tag" and "At the edge".

## 4. Ask for consent

Where the law asks for it, \`data-consent="pending"\` stores and sends nothing until your consent tool agrees. The guide's page "Privacy" lists what is stored where.
`;
}
