const { createRequire, register } = require("node:module");
const { pathToFileURL } = require("node:url");

register("./hooks.mjs", pathToFileURL(__filename));
process.setSourceMapsEnabled(true);
let files = 0;

/**
 * Runs test files as modules of the worker's own process, in place of Jest's sandbox of modules. There every test file loads the library and
 * its dependencies anew, which took longer than most tests; here a worker loads them once. Modules below test/ are still loaded for each test
 * file, since they keep folders and servers of its tests. Module mocks aren't supported; no test uses them.
 */
class NativeRuntime {
  #testFile = ++files;

  /** The test framework keeps its state in its module: each test file gets a new one. */
  requireInternalModule(path) {
    delete require.cache[path];
    delete globalThis[Symbol.for("EVENT_HANDLERS")];
    return require(path);
  }
  requireModule(path) {
    return createRequire(path)(path);
  }
  unstable_shouldLoadAsEsm() {
    return true;
  }
  unstable_importModule(path) {
    // Node follows the compiler's source maps itself.
    Error.prepareStackTrace = undefined;
    return import(`${pathToFileURL(path)}?test-file=${this.#testFile}`);
  }
  getSourceMaps() {
    return null;
  }
  getAllCoverageInfoCopy() {}
  setGlobalsForRuntime() {}
  enterTestCode() {}
  leaveTestCode() {}
  teardown() {}
}

module.exports = NativeRuntime;
