// The type of compiled models that a bundler imports: their address. `/// <reference types="leadscore/lsm" />`
declare module "*.lsm" {
  const address: string;
  export default address;
}
declare module "*.lsm?url" {
  const address: string;
  export default address;
}
