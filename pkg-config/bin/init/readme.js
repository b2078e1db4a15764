// The README that `init` writes beside the model.

/** Text in a table cell or a list. */
const cell = (text) => `\`${text.replaceAll("`", "'").replaceAll("|", "\\|")}\``;
const list = (texts) => (texts.length > 0 ? texts.slice(0, 10).map(cell).join(", ") : "none found");

/**
 * @param {{ name: string, line: string, found: ReturnType<typeof import("./find.js").findAll>, folder?: string, served: string, compiled: string, own: string }} facts
 */
export function readmeOf({ name, line, found, folder, served, compiled, own }) {
  const forms = found.forms.demo.map(({ id, name, paths }) => id || name || `a form on ${paths[0]}`);
  const copy = folder
    ? `\`${served}/\` is already in the folder of your site; publish it with your pages.`
    : `Copy \`${served}/\` to your server, so that your site serves it at \`/leadscore/\`.`;
  return `# Scoring the visitors of ${name}

Written by \`npx leadscore init\`. \`model.json\` is the scoring model. A visitor's browser computes the score with it, and sends nothing until the visitor reaches a stage.

| found | where |
| --- | --- |
| prices | ${list(found.pricing)} |
| product | ${list(found.product)} |
| customers | ${list(found.proof)} |
| jobs | ${list(found.careers)} |
| forms that request a demo | ${list(forms)} |
| newsletters | ${list(found.forms.newsletter.map(({ id, name, paths }) => id || name || `a form on ${paths[0]}`))} |
| embedded forms and calendars | ${list(found.embeds)} |

## 1. See a score

1. ${copy}
2. Paste this line into the head of each page, or into the template of all pages:

   \`\`\`html
   ${line}
   \`\`\`

3. Open a page through a server, not as a file, and add \`?leadscore=inspect\` to its address, such as \`http://localhost:8000/?leadscore=inspect\`. The inspector shows your score and its reasons. View the prices and read for a minute: each counts at once.

On your own computer \`python3 -m http.server 8000 --directory ${folder ?? "FOLDER"}\` serves a folder of pages.

## 2. Adapt the model

Change points, paths and forms in \`model.json\`; editors complete and explain them with \`schema.json\`. Then check the model, and compile it to the file that pages load:

\`\`\`sh
npx leadscore check ${own}/model.json
npx leadscore compile ${own}/model.json -o ${compiled}
\`\`\`

## 3. Receive signals

Signals are not sent yet, only dispatched in the page. Add \`data-endpoint\` with the address of a receiver, which verifies signals and forwards them to your CRM. The guide's pages "A website with a tag" and "An edge worker" explain the steps.

## 4. Ask for consent

If the law requires consent, use \`data-consent="pending"\`: nothing is stored or sent until your consent tool grants it. The guide's page "Privacy and consent" lists the stored data.
`;
}
