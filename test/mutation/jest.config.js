import { dirname } from 'node:path';
import root from '../../jest.config.js';

/** The unit specs, as the root's configuration has them; of them those that run.js names, because each mutant runs them all. */
const unit = root.projects.find(({ displayName }) => displayName === 'unit');
const specs = process.env.MUTATION_SPECS?.split(',').map((spec) => `<rootDir>/${spec}`);

export default {
  ...unit,
  rootDir: '../..',
  // Jest looks for files before each mutant: only where the specs are. Modules are found without it.
  roots: specs ? [...new Set(specs.map(dirname))] : ['<rootDir>/src'],
  watchman: false,
  ...(specs && { testMatch: specs }),
  testTimeout: 10_000,
};
