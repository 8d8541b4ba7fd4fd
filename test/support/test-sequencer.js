import { createRequire } from 'node:module';
import { relative, sep } from 'node:path';
import { EXPECTED_SECONDS } from './file-lists.js';

// Jest's own sequencer is a dependency of its core, not of this package.
const ofJest = createRequire(createRequire(import.meta.url).resolve('jest'));
const { default: Sequencer } = createRequire(ofJest.resolve('@jest/core'))('@jest/test-sequencer');

/**
 * Starts the longest files first, so that no worker is left alone with one at the end. Jest does so by the times of the
 * run before, which a fresh checkout lacks; it then goes by size, and the chaos harness, 150 s in 300 bytes, comes last.
 */
export default class TestSequencer extends Sequencer {
  /** Milliseconds that the file took, or is expected to take. */
  time(test) {
    return super.time(test) ?? expectedMs(test);
  }
}

function expectedMs({ path, context: { config, hasteFS } }) {
  const seconds = EXPECTED_SECONDS[relative(config.rootDir, path).replaceAll(sep, '/')];
  // A byte counts as a millisecond: most files have 3 to 10 kB and take 3 to 10 s.
  return seconds === undefined ? (hasteFS.getSize(path) ?? 0) : seconds * 1000;
}
