// Reports of the page to the wasm, with the numbers of `acts` in `src/browser.rs`, which describes each.

export const STEP = 0;
export const ARRIVE = 1;
export const CHOOSE = 2;
export const ASSUME = 3;
export const AGREED = 4;
export const RESET = 5;
export const SNAP = 6;
export const ACTIVATE = 7;
export const NAVIGATED = 8;
export const WAKE = 9;
export const NEXT = 10;
export const FLUSH = 11;
export const RESTORED = 12;
export const ATTENTION = 13;
export const STORED = 14;
export const ONLINE = 15;
export const INPUT = 16;
