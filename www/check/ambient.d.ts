// Declarations for the type check of the site's JavaScript. Elements are looked up by ids and selectors in the site's
// own pages, so their types are not checked: a lookup returns `any`.

declare module "*.html" {
  const text: string;
  export default text;
}

declare module "*.titles.json" {
  const text: string;
  export default text;
}

declare module "*.lsm" {
  const bytes: ArrayBuffer;
  export default bytes;
}

interface ParentNode {
  querySelector(selector: string): any;
}

interface Document {
  getElementById(id: string): any;
}

interface EventTarget {
  closest?: any;
  onerror?: any;
  open?: any;
  selectedOptions?: any;
  value?: any;
}

interface ChildNode {
  data?: any;
}

/** https://developer.mozilla.org/docs/Web/API/Trusted_Types_API */
declare const trustedTypes: { createPolicy(name: string, rules: object): any };
