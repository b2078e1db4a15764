// Time passes only when the test says so: clock.tick(milliseconds). Idle callbacks, promises and requests go on.
import { install } from "@sinonjs/fake-timers";

const now = Number(new URL(document.currentScript.src).searchParams.get("now") ?? Date.now());
const toFake = ["Date", "performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];
window.clock = install({ now, toFake });
