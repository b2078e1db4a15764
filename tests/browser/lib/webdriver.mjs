// The part of W3C WebDriver that the tests need.
import { PATIENCE } from "../../lib/patience.mjs";
import { Page } from "./page.mjs";

const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
const KEYS = { Enter: "\uE007", Tab: "\uE004", Escape: "\uE00C", ArrowDown: "\uE015", Shift: "\uE008" };

/** A session: commands go out one after the other, since each is for the tab that was chosen last. */
export class Session {
  #base;
  #last = Promise.resolve();
  #tab;
  #spare;

  static async start(origin, capabilities) {
    const session = new Session();
    session.#base = `${origin}/session`;
    const { sessionId } = await session.#command("POST", "", { capabilities: { alwaysMatch: capabilities } });
    session.#base += `/${sessionId}`;
    // Its own timer is one of the page's, whose clock a test may hold and move on.
    await session.#command("POST", "/timeouts", { script: 2_000_000_000 });
    session.#spare = await session.#command("GET", "/window");
    return session;
  }

  async #command(method, path, body) {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(this.#base + path, { method, body: body && JSON.stringify(body), signal });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Runs `f` when everything before is done; it gets the function that sends a command. */
  #inTurn(f) {
    const turn = this.#last.then(() => f((...args) => this.#command(...args)));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** The same in the given tab. */
  in(tab, f) {
    return this.#inTurn(async (command) => {
      if (this.#tab !== tab) await command("POST", "/window", { handle: tab });
      this.#tab = tab;
      return f(command);
    });
  }

  /** A tab that nobody uses is taken first. */
  async open() {
    const tab = await this.#inTurn(async (command) => {
      this.#spare ??= await this.#newTab(command);
      return this.#spare;
    });
    this.#spare = undefined;
    return new WebDriverPage(this, tab);
  }

  /** From a tab that is there: the one chosen last may have been closed. */
  #newTab = async (command) => {
    const [tab] = await command("GET", "/window/handles");
    await command("POST", "/window", { handle: tab });
    this.#tab = tab;
    return (await command("POST", "/window/new", { type: "tab" })).handle;
  };

  /** The last tab takes the session with it, so there has to be another one. */
  shut(tab) {
    return this.in(tab, async (command) => {
      const tabs = await command("GET", "/window/handles");
      if (tabs.length === 1) this.#spare = await this.#newTab(command);
      await command("DELETE", "/window");
      this.#tab = undefined;
    });
  }

  /**
   * Leaves one empty tab and no cookies. These can be deleted only from where they are seen, and only after no page is
   * left whose tag may still set one: so each tab goes to an address of its site that has no page. The site answers any
   * other address without an extension with a page, whose tag would start and set a cookie after they were deleted. A
   * tag also sets one as its page is left. That message and the command to delete reach the network process on different
   * ways, so a second load, which takes the same way as the message, comes between them.
   */
  async clear() {
    const tabs = await this.#inTurn((command) => command("GET", "/window/handles"));
    for (const tab of tabs)
      await this.in(tab, async (command) => {
        const address = new URL(await command("GET", "/url"));
        if (!address.host) return;
        for (const path of ["/nothing.txt", "/nothing.txt?again"])
          await command("POST", "/url", { url: address.origin + path }).catch(() => {});
      });
    for (const [index, tab] of tabs.entries()) {
      await this.in(tab, (command) => command("DELETE", "/cookie"));
      if (index) await this.shut(tab);
    }
    await this.in(tabs[0], (command) => command("POST", "/url", { url: "about:blank" }));
    this.#spare = tabs[0];
  }

  close = () => this.#inTurn((command) => command("DELETE", ""));
}

class WebDriverPage extends Page {
  constructor(session, tab) {
    super();
    this.session = session;
    this.tab = tab;
  }

  #post = (path, body = {}) => this.session.in(this.tab, (command) => command("POST", path, body));

  #element = (selector, path, body = {}) =>
    this.session.in(this.tab, async (command) => {
      const element = await command("POST", "/element", { using: "css selector", value: selector });
      return command("POST", `/element/${element[ELEMENT]}${path}`, body);
    });

  #act = (type, actions) => this.#post("/actions", { actions: [{ type, id: type, actions }] });

  goto = (url) => this.#post("/url", { url });

  async run(f, ...args) {
    const script = `return (async () => JSON.stringify(await (${f})(...arguments)))()`;
    const json = await this.#post("/execute/sync", { script, args });
    return json === null ? undefined : JSON.parse(json);
  }

  click = (selector) => this.#element(selector, "/click");
  type = (selector, text) => this.#element(selector, "/value", { text });
  press = (key) =>
    this.#act(
      "key",
      ["keyDown", "keyUp"].map((type) => ({ type, value: KEYS[key] ?? key })),
    );
  #at = { x: 0, y: 0 };
  move = (x, y) => this.#act("pointer", [{ type: "pointerMove", ...(this.#at = { x, y }) }]);
  wheel = (deltaY) => this.#act("wheel", [{ type: "scroll", ...this.#at, deltaX: 0, deltaY, duration: 0 }]);
  back = () => this.#post("/back");
  forward = () => this.#post("/forward");
  reload = () => this.#post("/refresh");
  front = () => this.session.in(this.tab, () => {});
  close = () => this.session.shut(this.tab);
}
