const { isBuiltin } = require('node:module');
const { pathToFileURL } = require('node:url');
const { SyntheticModule } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const PACKAGE = /[\\/]node_modules[\\/]/;

/**
 * Packages that each file loads for itself. Some take an object of another global object for none (`constructor === Object`,
 * `instanceof`); cockatiel has timers that tests replace.
 */
const LOADED_BY_EACH_FILE = /[\\/]node_modules[\\/](?:cockatiel|js-yaml|libphonenumber-js|openai)[\\/]/;

/** Modules of packages that Node has loaded in this Jest worker, by their path. */
const loaded = new Map();

function load(path) {
  const module = loaded.get(path) ?? import(pathToFileURL(path).href);
  loaded.set(path, module);
  return module;
}

/**
 * Jest's runtime, except that Node loads the packages, once a Jest worker: Jest reads, compiles and
 * runs them once for each file, which was half of the processor time of a unit spec. Our own modules are loaded for each file as
 * before. A package keeps its state from one file to the next; `Reflect`, where decorators keep their metadata, and what counts as
 * an error are the same for all files (node-environment.js).
 */
module.exports = class extends Runtime {
  /** What an `import` in one of this file's modules gets, by path. */
  #packages = new Map();

  constructor(...words) {
    super(...words);
    const { esmLoader } = this;
    const resolveModule = esmLoader.resolveModule.bind(esmLoader);
    esmLoader.resolveModule = async (specifier, from, context) =>
      (await this.#packageOf(specifier, from, context)) ?? resolveModule(specifier, from, context);
  }

  /** The package's module; undefined for a module that Jest is to load. */
  async #packageOf(specifier, from, context) {
    const { mockState, resolution } = this.esmLoader;
    if (/^(?:[./]|data:|@jest\/)/.test(specifier) || isBuiltin(specifier)) return undefined;
    if ((await mockState.shouldMockEsmAsync(from, specifier)).shouldMock) return undefined;
    const path = await resolution.resolveEsmAsync(from, specifier);
    if (!PACKAGE.test(path) || path.endsWith('.json') || LOADED_BY_EACH_FILE.test(path)) return undefined;
    const module = this.#packages.get(path) ?? moduleOf(path, context);
    this.#packages.set(path, module);
    return module;
  }
};

/** A module with the exports of Node's. */
async function moduleOf(path, context) {
  const exports = Object.entries(await load(path));
  const module = new SyntheticModule(
    exports.map(([name]) => name),
    () => exports.forEach(([name, value]) => module.setExport(name, value)),
    { context, identifier: path },
  );
  await module.link(() => undefined);
  await module.evaluate();
  return module;
}
