export const model = new URL("public/acme.lsm", import.meta.url);
