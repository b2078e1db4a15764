// Checks the entry points against the package's declarations: a missing function, or one with other parameters or
// results, is an error here.
import * as browser from "../entry/browser.js";
import * as compileGlue from "../entry/compile-glue.js";
import * as edge from "../entry/edge.js";
import * as edgeNode from "../entry/edge-node.js";
import * as edgeWorkerd from "../entry/edge-workerd.js";
import * as index from "../entry/index.js";
import * as inspector from "../entry/inspector.js";
import * as flags from "../entry/flags.js";
import * as node from "../entry/node.js";
import * as plugins from "../entry/plugins.js";
import * as why from "../entry/why.js";
import * as workerd from "../entry/workerd.js";

browser satisfies typeof import("leadscore/browser");
compileGlue satisfies typeof import("leadscore/compile");
edge satisfies typeof import("leadscore/edge");
edgeNode satisfies typeof import("leadscore/edge");
edgeWorkerd satisfies typeof import("leadscore/edge");
// A browser has to say where the module is.
({ ...index, initSync() {} }) satisfies typeof import("leadscore");
index.initSync satisfies (options: { module: WebAssembly.Module }) => void;
inspector satisfies typeof import("leadscore/inspector");
flags satisfies typeof import("leadscore/flags");
node satisfies typeof import("leadscore");
plugins satisfies typeof import("leadscore/plugins");
why satisfies typeof import("leadscore/why");
workerd satisfies typeof import("leadscore");
