/** The worker's own globals, which tests share with the library: no object comes from another realm. */
module.exports = class NativeEnvironment {
  global = globalThis;
  #console = globalThis.console;
  #exit = process.exit;

  async setup() {}
  async teardown() {
    globalThis.console = this.#console;
    process.exit = this.#exit;
  }
  getVmContext() {
    return null;
  }
  exportConditions() {
    return ["node", "node-addons"];
  }
};
