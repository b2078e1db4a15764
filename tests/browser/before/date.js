// A wall clock that is wrong (`ahead`), stopped (`at`) or advances with each read (`step`), in milliseconds. With
// step=1000 no two events have the same second, in which scoring would count them once; this also holds for events of
// two pages, which the site numbers.
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
