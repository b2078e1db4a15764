// The example models, each with its journeys. The command line can read them too.
const FOLDER = "/models/";
export const DEFAULT = "saas";

export async function fetchExample(name) {
  const [model, events] = await Promise.all([fetchText(`${name}.json`), fetchText(`${name}.ndjson`)]);
  return { model, events };
}

export async function fetchSchema() {
  return JSON.parse(await fetchText("schema.json", "/leadscore/"));
}

async function fetchText(name, folder = FOLDER) {
  const response = await fetch(folder + name);
  if (!response.ok) throw new Error(`${name} answered ${response.status}`);
  return response.text();
}
