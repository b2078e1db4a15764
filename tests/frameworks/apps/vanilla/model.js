export const model = "/acme.lsm";
