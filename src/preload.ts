import module from 'node:module';

// Settings of Node before a program is loaded (`node --import ./dist/src/preload.js …`).

const { setSourceMapsSupport, enableCompileCache } = module as typeof module & {
  setSourceMapsSupport?: (on: boolean, options: { nodeModules: boolean }) => void;
  enableCompileCache?: () => unknown;
};

/**
 * Keeps V8's compiled code of each file in the system's temporary folder, which saves a third of a start. Node has it
 * since 22.1; NODE_COMPILE_CACHE names another folder, NODE_DISABLE_COMPILE_CACHE=1 switches it off.
 */
enableCompileCache?.();

/**
 * Stack traces name the lines of our own sources. `--enable-source-maps` would also read the maps of every dependency:
 * 27 MB a process and a quarter of the start (npm run bench:start). Node tells the two apart since 22.14; before that,
 * traces name the lines of dist/bundle.
 */
setSourceMapsSupport?.(true, { nodeModules: false });
