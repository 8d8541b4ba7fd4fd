import { runnable } from './test/support/requirements.js';

/**
 * `unit` (specs beside their source), `tools` (the repository's own checks), and once per queue backend the e2e suite and
 * a short run of the chaos harness. SWC compiles; Jest's ESM support needs `--experimental-vm-modules`.
 */
const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  // The workspace packages' sources, not what was built of them.
  testEnvironmentOptions: { customExportConditions: ['chat-backend-source', 'node', 'node-addons'] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: '<rootDir>/test/support/node-environment.js',
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
    '<rootDir>/packages/[^/]+/dist/',
    '<rootDir>/.data/',
    '<rootDir>/test/(mutation|generators|document)/',
  ],
};

/** One PostgreSQL (and Redis) for the whole run, whichever project needs it first. */
const servers = {
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
};

/** What is the same whatever queue and cache there are: once is enough, where nothing has to be installed. */
const ONCE = [
  'admin-audit',
  'admin-command',
  'admin-lists',
  'admin-role',
  'admin-rooms',
  'auth-ceilings',
  'auth-issuer-attacks',
  'auth-issuer-keys',
  'billing-tour',
  'client-address',
  'commands',
  'held-answers',
  'http-errors',
  'http-headers',
  'http-pages',
  'import',
  'import-again',
  'import-files',
  'import-kills',
  'openapi',
  'pages-browser',
  'sandbox-access',
  'sandbox-stripe',
];

const e2e = (backend) => ({
  ...shared,
  ...servers,
  displayName: `e2e-${backend}`,
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  ...(backend === 'redis' && {
    testPathIgnorePatterns: [...shared.testPathIgnorePatterns, `/test/e2e/(${ONCE.join('|')}).e2e.ts$`],
  }),
  setupFiles: ['<rootDir>/test/support/setup-reflect.ts'],
  globals: { TEST_BACKEND: backend },
});

/** Brings servers of its own along: it kills them. */
const chaos = (backend) => ({
  ...shared,
  displayName: `chaos-${backend}`,
  testMatch: ['<rootDir>/test/chaos/**/*.chaos.ts'],
  globals: { TEST_BACKEND: backend },
});

const unit = {
  ...shared,
  displayName: 'unit',
  testMatch: ['<rootDir>/{src,packages}/**/*.spec.ts'],
  setupFiles: ['<rootDir>/test/support/setup-reflect.ts'],
};

const tools = {
  ...shared,
  ...servers,
  displayName: 'tools',
  testMatch: ['<rootDir>/test/tools/**/*.spec.ts'],
  setupFiles: ['<rootDir>/test/support/setup-reflect.ts'],
};

export default {
  projects: runnable([
    unit,
    tools,
    ...['postgres', 'redis'].flatMap((backend) => [e2e(backend), chaos(backend)]),
  ]),
  reporters: ['default', '<rootDir>/test/support/closing-reporter.js'],
  // Jest would leave one core idle; the suites mostly wait for the processes that they start.
  maxWorkers: '100%',
  testTimeout: 30_000,
};
