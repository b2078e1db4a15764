// What the wasm asks of the page: requests, a timer, announcements.

const TIMEOUT = 30_000;

export function host({ wake, next, answered, warn, push }) {
  let timer, draining;
  // Resolved as the page is put aside, so that no lock is held meanwhile.
  let leave;
  addEventListener("pagehide", () => leave?.());
  document.addEventListener("freeze", () => leave?.());

  async function send(endpoint) {
    for (let body; (body = next()) !== undefined; ) {
      let status = 0;
      let after = 0;
      try {
        const response = await fetch(endpoint, {
          method: "POST",
          headers: { "content-type": "application/cloudevents+json" },
          body,
          // All such requests of a page together may have 64 KiB.
          keepalive: body.length < 3e4,
          credentials: "omit",
          signal: AbortSignal.timeout?.(TIMEOUT),
        });
        status = response.status;
        const value = response.headers.get("retry-after");
        after = value ? (isNaN(value) ? Date.parse(value) - Date.now() : value * 1e3) || 0 : 0;
      } catch {
        // Not reached: tried again.
      }
      answered(status, after, Math.random());
    }
  }

  return {
    warn,
    wake(after) {
      clearTimeout(timer);
      timer = setTimeout(wake, after);
    },
    async drain(endpoint) {
      if (draining) return;
      draining = true;
      const work = () => Promise.race([send(endpoint), new Promise((resolve) => (leave = resolve))]);
      const { locks } = navigator;
      try {
        await (locks
          ? locks.request("leadscore.outbox", { ifAvailable: true }, (lock) => lock && work())
          : work());
      } catch {
        // A page that may not lock: it is asked again.
      }
      draining = false;
    },
    announce(name, json) {
      const detail = JSON.parse(json);
      if (name == "signal" && push) {
        const { stage, snapshot } = detail.data;
        const { score, segment } = snapshot;
        (window[push] ||= []).push({ event: "qualify_lead", stage, score, segment });
      }
      document.dispatchEvent(new CustomEvent("leadscore:" + name, { bubbles: true, detail }));
    },
  };
}
