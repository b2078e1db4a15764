// A fake clock that advances only with clock.tick(milliseconds). Idle callbacks, promises and requests continue.
import { install } from "@sinonjs/fake-timers";

const now = Number(new URL(document.currentScript.src).searchParams.get("now") ?? Date.now());
const toFake = ["Date", "performance", "setTimeout", "clearTimeout", "setInterval", "clearInterval"];
window.clock = install({ now, toFake });
