import { launch } from "./puppeteer.mjs";
import { args, executablePath } from "../../lib/chromium.mjs";

export default () =>
  launch({
    browser: "chrome",
    executablePath,
    // So that pages come back from the back/forward cache, as for everybody.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args,
  });
