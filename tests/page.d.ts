// The variables that test scripts set in their pages. Functions that run in a page are written in the test files, so the
// compiler takes these for variables of the files. They have no types: each test stores what it needs.
declare global {
  /** The tag's functions, or the queue before the tag has started. Tests also call them in ways that the types refuse. */
  var leadscore: any;
  var activate: any;
  var again: any;
  var announced: any;
  var answer: any;
  var asked: any;
  var axe: any;
  var begin: any;
  var catchUp: any;
  var choose: any;
  var clock: any;
  var complaints: any;
  var dataLayer: any;
  var done: any;
  var events: any;
  var fallBehind: any;
  var followed: any;
  var go: any;
  var gtag: any;
  var heard: any;
  var hidden: any;
  var listeners: any;
  var made: any;
  var metrics: any;
  var mine: any;
  var noticed: any;
  var off: any;
  var places: any;
  var put: any;
  var ready: any;
  var refusals: any;
  var restored: any;
  var retries: any;
  var runTemplate: any;
  var seen: any;
  var setFocused: any;
  var setVisible: any;
  var shiftDate: any;
  var shifts: any;
  var stored: any;
  var told: any;
  var tool: any;
  var valuesRead: any;
  var work: any;
  var writes: any;
  var written: any;
  /** Elements that the package and the site define. */
  interface HTMLElementTagNameMap {
    "leadscore-inspector": any;
    "model-editor": any;
  }
  interface Navigator {
    userAgentData?: any;
  }
}
export {};
