// Chromium and Firefox: puppeteer controls the former with CDP and the latter with WebDriver BiDi.
import puppeteer from "puppeteer-core";
import { Page } from "./page.mjs";

class PuppeteerPage extends Page {
  constructor(tab) {
    super();
    this.tab = tab;
  }

  goto = (url) => this.tab.goto(url, { waitUntil: "load" });
  // As JSON both ways, so that it is the same in every engine.
  async run(f, ...args) {
    const call = `(async () => JSON.stringify(await (${f})(...${JSON.stringify(args)})))()`;
    const json = await this.tab.evaluate(call);
    return json === undefined ? undefined : JSON.parse(json);
  }

  click = (selector) => this.tab.click(selector);
  type = (selector, text) => this.tab.type(selector, text);
  press = (key) => this.tab.keyboard.press(key);
  move = (x, y) => this.tab.mouse.move(x, y);
  wheel = (deltaY) => this.tab.mouse.wheel({ deltaY });
  back = () => this.tab.goBack({ waitUntil: [] });
  forward = () => this.tab.goForward({ waitUntil: [] });
  reload = () => this.tab.reload({ waitUntil: "load" });
  front = () => this.tab.bringToFront();
  close = () => this.tab.close();
}

class Visitor {
  constructor(context) {
    this.context = context;
  }

  async open(url) {
    const page = new PuppeteerPage(await this.context.newPage());
    if (url) await page.goto(url);
    return page;
  }

  close = () => this.context.close();
}

export async function launch(options) {
  // The certificates of the tests are self-signed.
  const browser = await puppeteer.launch({ acceptInsecureCerts: true, ...options });
  return {
    version: await browser.version(),
    visitor: async () => new Visitor(await browser.createBrowserContext()),
    close: () => browser.close(),
  };
}
