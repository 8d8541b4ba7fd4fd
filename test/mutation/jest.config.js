import root from '../../jest.config.js';

/** The unit specs, as the root's configuration has them; of them those that run.js names, because each mutant runs them all. */
const unit = root.projects.find(({ displayName }) => displayName === 'unit');
const specs = process.env.MUTATION_SPECS;

export default {
  ...unit,
  rootDir: '../..',
  // Jest looks for files before each mutant: not through the whole repository.
  roots: ['<rootDir>/src', '<rootDir>/test/support'],
  ...(specs && { testMatch: specs.split(',').map((spec) => `<rootDir>/${spec}`) }),
  testTimeout: 10_000,
};
