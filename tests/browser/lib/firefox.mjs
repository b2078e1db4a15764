import { launch } from "./puppeteer.mjs";
import { find } from "../../../tools/lib/engines.mjs";

export default () =>
  launch({
    browser: "firefox",
    executablePath: find("firefox"),
    // No process is started for a page that may come: it is a tenth of what the tests use.
    extraPrefsFirefox: { "dom.ipc.processPrelaunch.enabled": false },
  });
