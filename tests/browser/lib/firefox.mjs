import { launch } from "./puppeteer.mjs";
import { find } from "../../../tools/lib/engines.mjs";

export default () => launch({ browser: "firefox", executablePath: find("firefox") });
