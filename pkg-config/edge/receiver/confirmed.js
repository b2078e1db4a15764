// Finds the stage that sales has confirmed for a visitor, so that customers are not forwarded as leads.

/**
 * @param {{ models: any[], newest: Map<string, any>, runtime: Pick<typeof import("../../entry/edge/index.js"), "isConfirmed"> }} context
 * @returns {(entry: any, decisions: any[]) => boolean} Decisions are entries of kind `lifecycle`, in any order.
 */
export function confirming({ models, newest, runtime }) {
  return ({ stage, signal }, decisions) => {
    if (decisions.length === 0) return false;
    // The newest version decides, as it would on a page that is opened now.
    const model = newest.get(signal.data.model.name) ?? models[0];
    const events = decisions.map(({ stage, happened }) => {
      const at = Date.parse(happened);
      return { type: "lifecycle", at: isNaN(at) ? undefined : at, props: { stage } };
    });
    return runtime.isConfirmed(model, signal.type, stage, events);
  };
}
