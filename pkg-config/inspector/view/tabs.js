// Tabs according to the ARIA Authoring Practices: one tab stop, arrow keys select.
import { element } from "./dom.js";

/** `tabs`: id → `[name, nodes]`. */
export function tabs(label, list) {
  const ids = Object.keys(list);
  const buttons = {};
  const panels = {};
  for (const [id, [name, nodes]] of Object.entries(list)) {
    buttons[id] = element(
      "button",
      { type: "button", role: "tab", id: `tab-${id}`, "aria-controls": `panel-${id}` },
      name,
    );
    panels[id] = element(
      "div",
      { role: "tabpanel", id: `panel-${id}`, "aria-labelledby": `tab-${id}`, tabindex: "0", class: "tabpanel" },
      nodes,
    );
    buttons[id].addEventListener("click", () => choose(id));
  }
  function choose(chosen) {
    for (const id of ids) {
      buttons[id].setAttribute("aria-selected", String(id === chosen));
      buttons[id].tabIndex = id === chosen ? 0 : -1;
      panels[id].hidden = id !== chosen;
    }
  }
  const MOVES = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  const bar = element("div", { role: "tablist", "aria-label": label, class: "tabs" }, Object.values(buttons));
  bar.addEventListener("keydown", (event) => {
    const move = MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const at = ids.findIndex((id) => buttons[id].tabIndex === 0);
    const next = Number.isFinite(move) ? (at + move + ids.length) % ids.length : move < 0 ? 0 : ids.length - 1;
    choose(ids[next]);
    buttons[ids[next]].focus();
  });
  choose(ids[0]);
  return [bar, ...Object.values(panels)];
}
