/**
 * The house's arrows (docs/architecture.md): features look only along them, `platform` knows no feature, and only
 * the composition root (src/app/ and the two entry files) loads the sandbox. test/tools/boundaries.spec.ts plants one
 * violation of every rule and sees it caught.
 */
const ARROWS = {
  users: [],
  auth: ['users'],
  chatroom: ['users'],
  messages: ['chatroom', 'users'],
  titles: ['chatroom', 'messages'],
  replies: ['messages', 'titles'],
  billing: ['users'],
  webhooks: ['billing'],
  admin: ['users', 'auth', 'chatroom', 'messages', 'replies', 'billing', 'webhooks'],
};
const FEATURES = Object.keys(ARROWS);
const COMPOSITION_ROOT = '^src/(app/|[^/]+\\.ts$)';
const MAY_USE_LLM = ['replies', 'titles', 'admin'];

const folders = (names) => `^src/(${names.join('|')})/`;
const SPEC = '\\.spec\\.ts$';

const notAlong = (feature) =>
  [...FEATURES, 'llm', 'sandbox'].filter(
    (other) =>
      other !== feature &&
      !ARROWS[feature].includes(other) &&
      !(other === 'llm' && MAY_USE_LLM.includes(feature)),
  );

const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

module.exports = {
  forbidden: [
    forbid('no-circular', {}, { circular: true }),
    // An import that is not followed is an arrow that is not checked.
    forbid('every-import-is-found', {}, { couldNotResolve: true }),
    forbid(
      'every-folder-has-a-place',
      {
        path: '^src/[^/]+/',
        pathNot: folders([...FEATURES, 'app', 'platform', 'llm', 'sandbox']),
      },
      {},
    ),
    forbid(
      'platform-knows-no-feature',
      { path: '^src/platform/' },
      { path: folders([...FEATURES, 'llm', 'sandbox']) },
    ),
    forbid('llm-knows-no-feature', { path: '^src/llm/' }, { path: folders(FEATURES) }),
    forbid(
      'sandbox-only-from-the-composition-root',
      { path: '^src/', pathNot: `^src/sandbox/|${COMPOSITION_ROOT}|${SPEC}` },
      { path: '^src/sandbox/' },
    ),
    // A package is used by its name and its face, and knows nothing of the product that uses it.
    forbid('packages-stand-alone', { path: '^packages/' }, { path: '^(src|migrations|scripts|test|bench)/' }),
    forbid(
      'stand-ins-only-from-the-sandbox',
      { path: '^(src|migrations|scripts)/', pathNot: `^src/sandbox/|${SPEC}` },
      { path: '^packages/(gemini|stripe)-sandbox/' },
    ),
    forbid(
      'sandbox-stands-outside-the-features',
      { path: '^src/sandbox/', pathNot: SPEC },
      { path: folders([...FEATURES, 'llm']) },
    ),
    ...FEATURES.map((feature) =>
      forbid(
        `${feature}-looks-only-along-its-arrows`,
        { path: `^src/${feature}/`, pathNot: SPEC },
        { path: folders(notAlong(feature)) },
      ),
    ),
    forbid(
      'nothing-imports-the-composition-root',
      { path: '^src/[^/]+/', pathNot: COMPOSITION_ROOT },
      { path: COMPOSITION_ROOT },
    ),
    forbid(
      'the-product-knows-no-tools',
      { path: '^(src|packages|migrations)/', pathNot: SPEC },
      { path: '^(test|bench|scripts)/' },
    ),
    // A client without an error listener ends the process when its link is reset: connections.ts gives each one.
    forbid(
      'postgres-is-opened-in-one-place',
      {
        path: '^(src|packages|scripts|migrations)/',
        pathNot: `^src/platform/(database/(connections|request-pool)|queue/reconnecting-pool)\\.ts$|${SPEC}`,
      },
      { path: 'node_modules/pg/', dependencyTypesNot: ['type-only'] },
    ),
    // One place for addresses, TLS and what happens while Redis is away; BullMQ gets its clients from there, too.
    forbid(
      'redis-is-opened-in-one-place',
      { path: '^(src|packages|scripts|migrations)/', pathNot: `^src/platform/redis/|${SPEC}` },
      { path: 'node_modules/(ioredis|redis|@redis/[^/]+|@keyv/redis)/', dependencyTypesNot: ['type-only'] },
    ),
    // The image holds no development packages, and npm may hoist another version of an undeclared one tomorrow.
    // What a workspace declares as its own dependency may be a development dependency of the root as well.
    forbid(
      'only-declared-packages',
      {
        path: '^(src|packages|migrations|scripts)/',
        pathNot: `${SPEC}|^scripts/(compile|bundle)\\.js$|^packages/[^/]+/(src/testing\\.ts|bundle\\.js)$`,
      },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only', 'npm'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // A workspace package's dependencies stand in its own package.json or the root's.
    combinedDependencies: true,
    // Types, too: an arrow is an arrow. `.js` specifiers resolve to the `.ts` beside them.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['chat-backend-source', 'import', 'node', 'default', 'require', 'types'],
    },
  },
};
