/**
 * The house's arrows (docs/architecture.md): features look only along them, `platform` knows no feature,
 * nobody but the composition root loads the sandbox.
 */
const FEATURES = ['auth', 'users', 'chatroom', 'messages', 'replies', 'billing', 'webhooks', 'admin'];
const ARROWS = {
  users: [],
  auth: ['users'],
  chatroom: ['users'],
  messages: ['chatroom', 'users'],
  replies: ['messages'],
  billing: ['users'],
  webhooks: ['billing'],
  admin: FEATURES,
};
const mayUseLlm = ['messages', 'replies', 'chatroom', 'admin'];

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'platform-knows-no-feature',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: `^src/(${FEATURES.join('|')}|llm|sandbox)/` },
    },
    {
      name: 'llm-knows-no-feature',
      severity: 'error',
      from: { path: '^src/llm/' },
      to: { path: `^src/(${FEATURES.join('|')}|sandbox)/` },
    },
    {
      name: 'sandbox-only-from-the-composition-root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sandbox/|main\\.ts|worker\\.ts|app\\.module\\.ts)' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'sandbox-stands-outside-the-features',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: `^src/(${FEATURES.join('|')}|llm)/` },
    },
    ...FEATURES.map((feature) => ({
      name: `${feature}-looks-only-along-its-arrows`,
      severity: 'error',
      from: { path: `^src/${feature}/` },
      to: {
        path: `^src/(${[...FEATURES, 'llm'].filter((other) => other !== feature && !ARROWS[feature].includes(other) && !(other === 'llm' && mayUseLlm.includes(feature))).join('|')})/`,
      },
    })),
    {
      name: 'nothing-imports-the-composition-root',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|worker|app\\.module|configure-app)\\.ts$' },
      to: { path: '^src/(main|worker|app\\.module|configure-app)\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
  },
};
