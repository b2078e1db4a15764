// Buttons to copy code, and the search in the headings of all pages. The guide also works without this script.

for (const button of document.querySelectorAll("[data-copy]")) {
  const [word] = button.childNodes;
  const block = button.parentElement?.querySelector("code");
  if (!block) continue;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      word.data = "Copied";
    } catch {
      // Without leave to write, the code is marked, and a key copies it.
      getSelection()?.selectAllChildren(block);
      word.data = "Press Ctrl+C";
    }
    button.addEventListener("blur", () => (word.data = "Copy"), { once: true });
  });
}

const field = document.querySelector("#find");
const list = document.querySelector("#found");
const status = document.querySelector("#found-count");
const MOST = 12;
let index;

async function find() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  index ??= fetch("/guide/headings.json").then((response) => response.json());
  let pages;
  try {
    pages = await index;
  } catch {
    // Asked for again by the next key.
    index = undefined;
    status.textContent = "The search cannot be had just now.";
    return;
  }
  const hits = words.length === 0 ? [] : pages.flatMap((page) => hitsOf(page, words));
  // A later keystroke makes a later call, which answers instead.
  list.replaceChildren(...hits.slice(0, MOST).map(shown));
  list.hidden = words.length === 0;
  if (words.length === 0) status.textContent = "";
  else status.textContent = hits.length === 1 ? "1 heading" : `${hits.length || "no"} headings`;
}

function hitsOf({ page, address, headings }, words) {
  const all = [["", page], ...headings];
  const matches = (text) => words.every((word) => `${page} ${text}`.toLowerCase().includes(word));
  // A word of the page's title alone finds the page, not each of its headings.
  const fits = ([id, text]) => matches(text) && (id === "" || words.some((word) => text.toLowerCase().includes(word)));
  return all
    .filter(fits)
    .map(([id, text]) => ({ href: id ? `${address}#${id}` : address, text, page: id ? page : "" }));
}

function shown({ href, text, page }) {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  if (page) {
    const where = document.createElement("span");
    where.textContent = ` ${page}`;
    link.append(where);
  }
  const item = document.createElement("li");
  item.append(link);
  return item;
}

field.addEventListener("input", find);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  field.value = "";
  void find();
});
// On a phone, a visitor who has chosen a part wants to see it and not the list.
document.querySelector(".contents")?.addEventListener("click", ({ target, currentTarget }) => {
  if (target.closest("a")) currentTarget.open = false;
});
