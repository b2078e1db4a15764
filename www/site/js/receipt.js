// The receipt: the state that the tag has stored, explained by the package's runtime. Pages do not need the runtime, so
// it is loaded when the receipt is first opened.
let loading;

export async function receipt() {
  loading ||= load();
  loading.catch(() => (loading = undefined));
  const { Lead, model } = await loading;
  // `RESETS.VISITOR.STATE`
  const [, id, state] = (localStorage.getItem("leadscore.lead.2") ?? "").split(".");
  const lead = new Lead(model, { id, state });
  try {
    return lead.explain(Date.now());
  } finally {
    lead.free();
  }
}

async function load() {
  const [{ default: init, Lead, Model }, bytes] = await Promise.all([import("/leadscore/index.js"), fetchModel()]);
  await init();
  return { Lead, model: new Model(bytes) };
}

async function fetchModel() {
  const response = await fetch("/model.lsm");
  if (!response.ok) throw new Error(`the model answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
