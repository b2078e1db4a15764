export { default as model } from "./acme.lsm?url";
