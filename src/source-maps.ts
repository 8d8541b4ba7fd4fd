import module from 'node:module';

/**
 * Stack traces in the lines of our own sources (`node --import ./dist/src/source-maps.js …`). `--enable-source-maps` would
 * also read the maps of every dependency: 27 MB a process and a quarter of the start (npm run bench:start). Node tells
 * the two apart since 22.14; before that, traces name the compiled lines.
 */
const { setSourceMapsSupport } = module as typeof module & {
  setSourceMapsSupport?: (on: boolean, options: { nodeModules: boolean }) => void;
};
setSourceMapsSupport?.(true, { nodeModules: false });
