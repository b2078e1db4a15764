// Compiled models as bundlers import them: by their address. `/// <reference types="leadscore/lsm" />`
declare module "*.lsm" {
  const address: string;
  export default address;
}
declare module "*.lsm?url" {
  const address: string;
  export default address;
}
