import { launch } from "./puppeteer.mjs";

export default () => launch({ browser: "firefox", executablePath: process.env.FIREFOX || "/usr/bin/firefox-esr" });
