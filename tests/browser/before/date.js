// A wall clock that is off (`ahead`), stands still (`at`) or jumps with each look at it (`step`), in milliseconds.
// With step=1000 no two events fall into one second, in which the scoring would count them once; nor do those of two
// pages, which the site numbers.
const options = new URL(document.currentScript.src).searchParams;
const at = options.get("at");
const step = Number(options.get("step") ?? 0);
let ahead = Number(options.get("ahead") ?? 0) + (step && Number(options.get("load")) * 600_000);
const RealDate = Date;
window.Date = class Date extends RealDate {
  constructor(...args) {
    super(...(args.length ? args : [Date.now()]));
  }
  static now() {
    ahead += step;
    return Number(at ?? RealDate.now()) + ahead;
  }
};
window.shiftDate = (by) => (ahead += by);
