import init, { Lead, Model } from "leadscore";
import { compile } from "leadscore/compile";

export const metadata = { title: "Docs" };

/** A server component that scores. */
export default async function Page() {
  await init();
  const model = new Model(compile({ name: "docs", rules: [{ id: "read", event: "read", points: 7 }] }));
  const lead = new Lead(model, { id: "v-1" });
  lead.ingest({ type: "read" }, 1_000);
  return (
    <>
      <h1>Docs</h1>
      <p id="score">{lead.snapshot(1_000).score}</p>
    </>
  );
}
