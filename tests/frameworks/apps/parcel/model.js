export const model = new URL("acme.lsm", import.meta.url);
