import { availableParallelism } from 'node:os';
import { BOTH, DEPLOYMENTS, FLEET, ONE_PROCESS, POSTGRES_ONLY } from './test/support/file-lists.js';
import { runnable } from './test/support/requirements.js';

/**
 * `npm test`: `unit` (specs beside their source), `tools` (the repository's own checks), `integration` (a server, no
 * product) and the e2e suite, the part that meets a backend on both. Long jobs: the rest of the e2e suite on Redis,
 * deployments of several machines, and short runs of the chaos harness and of the fuzzer. SWC compiles; Jest's ESM support needs `--experimental-vm-modules`.
 */
const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  // The workspace packages' sources, not what was built of them.
  testEnvironmentOptions: { customExportConditions: ['chat-backend-source', 'node', 'node-addons'] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Its ES modules import JSON in a way about which Jest prints five lines a file.
    '^libphonenumber-js(/mobile)?$': '<rootDir>/node_modules/libphonenumber-js$1/index.cjs',
  },
  testEnvironment: '<rootDir>/test/support/node-environment.js',
  runtime: '<rootDir>/test/support/jest-runtime.cjs',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/dist-planted/'],
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/dist-planted/',
    '<rootDir>/(packages|web)/[^/]+/dist/',
    '<rootDir>/.data/',
    '<rootDir>/test/(mutation|generators|ai-sdk|expo|document)/',
  ],
};

/** One PostgreSQL (and Redis) for the whole run, whichever project needs it first. */
const servers = {
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
};

const filesOf = (names) => `/test/e2e/(${names.join('|')}).e2e.ts$`;

const e2e = (backend) => ({
  ...shared,
  ...servers,
  displayName: `e2e-${backend}`,
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  setupFiles: ['<rootDir>/test/support/setup-reflect.ts'],
  globals: { TEST_BACKEND: backend, TEST_PROGRAMS: 'bundled' },
});
const onPostgres = {
  ...e2e('postgres'),
  testPathIgnorePatterns: [...shared.testPathIgnorePatterns, filesOf(DEPLOYMENTS)],
};
const { testMatch, ...onRedis } = e2e('redis');
const both = { ...onRedis, testRegex: [filesOf(BOTH)] };
const deployments = { ...onRedis, displayName: 'deployments', testRegex: [filesOf(DEPLOYMENTS)] };
/** With it every file has run on Redis that can tell. */
const rest = {
  ...e2e('redis'),
  displayName: 'e2e-redis-rest',
  testPathIgnorePatterns: [
    ...shared.testPathIgnorePatterns,
    filesOf([...BOTH, ...POSTGRES_ONLY, ...DEPLOYMENTS]),
  ],
};

/** Every product is a fleet of processes (test/support/fleet.ts). */
const inFleets = { ...onRedis, globals: { ...onRedis.globals, TEST_FLEET: true } };
const fleet = { ...inFleets, displayName: 'fleet', testRegex: [filesOf(FLEET)] };
/** Not in `npm run test:full`: a fleet a file. */
const fleetRest = {
  ...inFleets,
  displayName: 'fleet-rest',
  testMatch,
  testPathIgnorePatterns: [
    ...shared.testPathIgnorePatterns,
    filesOf([...FLEET, ...ONE_PROCESS, ...DEPLOYMENTS]),
  ],
};

/** A server, and no product. */
const integration = {
  ...onPostgres,
  displayName: 'integration',
  testMatch: ['<rootDir>/test/integration/**/*.spec.ts'],
};

/** Brings servers of its own along: it kills them. */
const chaos = (backend) => ({
  ...shared,
  displayName: `chaos-${backend}`,
  testMatch: ['<rootDir>/test/{chaos,fuzz}/**/*.chaos.ts'],
  globals: { TEST_BACKEND: backend },
});

const unit = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/{src,packages,web}/**/*.spec.ts'],
  setupFiles: ['<rootDir>/test/support/setup-reflect.ts'],
};

const tools = {
  ...shared,
  displayName: 'tools',
  testMatch: ['<rootDir>/test/tools/**/*.spec.ts'],
  setupFiles: ['<rootDir>/test/support/setup-reflect.ts'],
};

/** What stands on a package of its own: `npm run test:documents` installs it. */
const documents = {
  ...onPostgres,
  displayName: 'documents',
  testMatch: ['<rootDir>/test/{postman,expressions}/*.spec.ts'],
};

/** What `npm test` runs; the others are jobs of their own, by name (`--selectProjects`). */
const SHORT = [unit, tools, integration, onPostgres, both];
const LONG = [rest, fleet, fleetRest, deployments, documents, chaos('postgres'), chaos('redis')];
const isNamed = process.argv.some((word) => word.startsWith('--selectProjects'));

/** The names of all projects. */
export const PROJECTS = [...SHORT, ...LONG].map(({ displayName }) => displayName);

export default {
  projects: runnable(isNamed ? [...SHORT, ...LONG] : SHORT),
  reporters: [
    'default',
    '<rootDir>/test/support/slowest-reporter.js',
    '<rootDir>/test/support/closing-reporter.js',
  ],
  testSequencer: '<rootDir>/test/support/test-sequencer.js',
  // One more than processors: with as many, they are idle for a fifth of a run, because files wait. With more, files wait for
  // each other's processes and miss their bounds.
  maxWorkers: availableParallelism() + 1,
  // Three waits of test/support/eventually.ts: a test that hangs fails by its own message first.
  testTimeout: 180_000,
};
