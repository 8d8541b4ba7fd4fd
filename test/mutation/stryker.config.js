import { FAMILIES } from './families.js';

/** Run by run.js from the repository's root, one file at a time (`--mutate`), against the spec beside it. */
export default {
  plugins: [import.meta.resolve('@stryker-mutator/jest-runner')],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  // Jest's coverage of ES modules does not tell which test ran which mutant.
  coverageAnalysis: 'off',
  // Not Jest's search for related tests: through the whole module graph it would be most of a mutant's time.
  jest: { configFile: 'test/mutation/jest.config.js', enableFindRelatedTests: false },
  mutate: Object.values(FAMILIES).flat(),
  // What the unit specs do not need is not copied.
  ignorePatterns: [
    'dist',
    'dist-planted',
    'bench',
    'postman',
    'test/e2e',
    'test/tools',
    'test/chaos',
    'test/mutation/reports',
    'test/mutation/node_modules',
  ],
  tempDirName: 'test/mutation/.stryker-tmp',
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'test/mutation/reports/mutation.json' },
  // An endless loop is a killed mutant; a busy machine is not one.
  timeoutMS: 10_000,
  concurrency: 1,
};
