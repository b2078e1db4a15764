// Finds the three browser engines on a machine. Each can be set with a variable: CHROMIUM, FIREFOX, WEBKIT_DRIVER with
// WEBKIT_BROWSER.
import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isProgram, output, which } from "./process.mjs";
import { TOOLS } from "./project.mjs";

export const ENGINES = ["chromium", "firefox", "webkit"];

/** The paths of browsers downloaded by `@puppeteer/browsers`. */
export const FETCHED = join(TOOLS, "browsers");

/** Older browsers do not support WebDriver BiDi, or are no longer in use. */
const OLDEST = { chromium: 120, firefox: 128 };

const NAMES = {
  chromium: [
    ...["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"],
    ...["microsoft-edge", "microsoft-edge-stable", "brave-browser"],
  ],
  firefox: ["firefox", "firefox-esr"],
};
/** Their paths if they are not on the PATH: snaps, and packages without a link. */
const PLACES = {
  chromium: ["/snap/bin/chromium", "/opt/google/chrome/chrome", "/opt/microsoft/msedge/msedge"],
  firefox: ["/snap/bin/firefox", "/opt/firefox/firefox"],
};
const APPLICATIONS = {
  chromium: ["Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"],
  firefox: ["Firefox"],
};

const entries = (folder) => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** The files of this name below what was fetched: `chrome/linux-148.0.0.0/chrome-linux64/chrome` and the like. */
function fetched(browser, file) {
  const folder = join(FETCHED, browser);
  return entries(folder).flatMap((version) =>
    [file, ...entries(join(folder, version)).map((inner) => join(inner, file))].map((path) =>
      join(folder, version, path),
    ),
  );
}

const FETCHED_FILES = {
  chromium: () => [
    ...fetched("chrome", "chrome"),
    ...fetched("chrome", "Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing"),
  ],
  firefox: () => [...fetched("firefox", "firefox"), ...fetched("firefox", "Firefox.app/Contents/MacOS/firefox")],
};

const applications = (engine) =>
  ["/Applications", join(homedir(), "Applications")].flatMap((folder) =>
    APPLICATIONS[engine].map((name) =>
      join(folder, `${name}.app/Contents/MacOS`, name === "Firefox" ? "firefox" : name),
    ),
  );

/**
 * Returns a browser's major version; undefined if it does not start. Ubuntu has programs called chromium-browser and
 * firefox that only say how the snap is installed.
 */
function majorVersion(path) {
  const [, major] = /\b(\d+)\.\d+/.exec(output(path, ["--version"]) ?? "") ?? [];
  return major && Number(major);
}

const serves = (engine, path) => isProgram(path) && majorVersion(path) >= OLDEST[engine];

function findBrowser(engine) {
  const named = process.env[engine.toUpperCase()];
  if (named) return which(named);
  const candidates = [
    ...NAMES[engine].map((name) => which(name)).filter(Boolean),
    ...PLACES[engine],
    ...(process.platform === "darwin" ? applications(engine) : []),
    ...FETCHED_FILES[engine](),
  ];
  return [...new Set(candidates)].find((path) => serves(engine, path));
}

/** WebKitGTK's small browser lies with the library, in a folder that no two distributions call alike. */
function miniBrowser() {
  const libraries = [
    "/usr/lib",
    "/usr/libexec",
    "/usr/lib64",
    ...entries("/usr/lib").map((name) => join("/usr/lib", name)),
  ];
  const versions = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];
  return versions
    .flatMap((version) => libraries.map((library) => join(library, version, "MiniBrowser")))
    .find((path) => isProgram(path));
}

function findWebKit() {
  const { WEBKIT_DRIVER, WEBKIT_BROWSER } = process.env;
  if (process.platform === "darwin" && !WEBKIT_DRIVER) {
    const driver = which("safaridriver") ?? which("/usr/bin/safaridriver");
    return driver && { driver, safari: true };
  }
  const driver = which(WEBKIT_DRIVER || "WebKitWebDriver");
  const browser = WEBKIT_BROWSER ? which(WEBKIT_BROWSER) : miniBrowser();
  // WebKitGTK wants a screen, and gets one of its own.
  const screen = which("Xvfb");
  return driver && browser && screen ? { driver, browser, screen } : undefined;
}

const found = new Map();

/**
 * Returns where an engine is: the path of Chromium or Firefox, for WebKit `{ driver, browser, screen }` or, of Safari,
 * `{ driver, safari: true }`. Undefined where it is not.
 */
export function find(engine) {
  if (!found.has(engine)) found.set(engine, engine === "webkit" ? findWebKit() : findBrowser(engine));
  return found.get(engine);
}

/** After something was installed. */
export const forget = () => found.clear();

/**
 * Returns the engines that a run is to have: those of ENGINES, which is a list such as "chromium,firefox", or "all".
 * Continuous integration requires all of them too. Undefined if any engines will do.
 */
export function demanded({ ENGINES: named, CI } = process.env) {
  if (named && named !== "all") return named.split(",");
  return named === "all" || CI === "true" ? ENGINES : undefined;
}
