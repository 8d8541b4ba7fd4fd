import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** A tree like ours in which every rule is broken once, or kept where it is easily mistaken for broken. */
const PLANTED: Record<string, { imports: string[]; breaks: string[] }> = {
  'src/main.ts': { imports: ['./sandbox/a.js', './app/a.js'], breaks: [] },
  'src/app/a.ts': { imports: ['../sandbox/a.js', '../auth/a.js'], breaks: [] },
  'src/platform/http/a.ts': { imports: ['../../users/a.js'], breaks: ['platform-knows-no-feature'] },
  'src/platform/http/b.ts': { imports: ['../../llm/a.js'], breaks: ['platform-knows-no-feature'] },
  'src/platform/http/c.ts': { imports: ['type ../../users/a.js'], breaks: ['platform-knows-no-feature'] },
  'src/llm/a.ts': { imports: ['../platform/http/leaf.js'], breaks: [] },
  'src/llm/b.ts': { imports: ['../messages/a.js'], breaks: ['llm-knows-no-feature'] },
  'src/users/a.ts': { imports: ['../platform/http/leaf.js'], breaks: [] },
  'src/users/b.ts': { imports: ['../auth/a.js'], breaks: ['users-looks-only-along-its-arrows'] },
  'src/users/c.ts': { imports: ['../llm/a.js'], breaks: ['users-looks-only-along-its-arrows'] },
  'src/users/d.ts': {
    imports: ['../sandbox/a.js'],
    breaks: ['sandbox-only-from-the-composition-root', 'users-looks-only-along-its-arrows'],
  },
  'src/users/e.ts': { imports: ['../main.js'], breaks: ['nothing-imports-the-composition-root'] },
  'src/users/f.ts': { imports: ['../app/a.js'], breaks: ['nothing-imports-the-composition-root'] },
  'src/auth/a.ts': { imports: ['../users/a.js'], breaks: [] },
  'src/messages/a.ts': { imports: ['../chatroom/a.js', '../users/a.js'], breaks: [] },
  'src/messages/b.ts': { imports: ['../replies/a.js'], breaks: ['messages-looks-only-along-its-arrows'] },
  'src/chatroom/a.ts': { imports: ['../users/a.js'], breaks: [] },
  'src/messages/c.ts': { imports: ['../llm/a.js'], breaks: ['messages-looks-only-along-its-arrows'] },
  'src/replies/a.ts': { imports: ['../messages/a.js', '../llm/a.js'], breaks: [] },
  'src/sandbox/a.ts': {
    imports: ['../platform/http/leaf.js', '../../packages/stripe-sandbox/src/index.js'],
    breaks: [],
  },
  'src/app/b.ts': {
    imports: ['../../packages/gemini-sandbox/src/index.js'],
    breaks: ['stand-ins-only-from-the-sandbox'],
  },
  'src/llm/b.spec.ts': { imports: ['../../packages/gemini-sandbox/src/index.js'], breaks: [] },
  'packages/gemini-sandbox/src/index.ts': { imports: ['fastify'], breaks: [] },
  'packages/stripe-sandbox/src/index.ts': {
    imports: ['../../../src/platform/http/leaf.js'],
    breaks: ['packages-stand-alone'],
  },
  'src/sandbox/b.ts': { imports: ['../users/a.js'], breaks: ['sandbox-stands-outside-the-features'] },
  'src/sandbox/b.spec.ts': { imports: ['../llm/a.js'], breaks: [] },
  'src/helpers/a.ts': { imports: ['../users/a.js'], breaks: ['every-folder-has-a-place'] },
  'src/platform/bus/round.ts': { imports: ['./trip.js'], breaks: ['no-circular'] },
  // A circle is named once, at its first file.
  'src/platform/bus/trip.ts': { imports: ['./round.js'], breaks: [] },
  'src/platform/bus/gone.ts': { imports: ['./nowhere.js'], breaks: ['every-import-is-found'] },
  'src/platform/bus/tools.ts': { imports: ['../../../test/a.js'], breaks: ['the-product-knows-no-tools'] },
  'src/platform/bus/dev.ts': { imports: ['ajv'], breaks: ['only-declared-packages'] },
  'src/platform/bus/undeclared.ts': { imports: ['jsonwebtoken'], breaks: ['only-declared-packages'] },
  'src/platform/bus/fine.ts': { imports: ['fastify', 'node:path'], breaks: [] },
  'src/platform/bus/postgres.ts': { imports: ['pg'], breaks: ['postgres-is-opened-in-one-place'] },
  'src/platform/bus/postgres-type.ts': { imports: ['type pg'], breaks: [] },
  'src/platform/database/connections.ts': { imports: ['pg'], breaks: [] },
  'src/platform/bus/ioredis.ts': { imports: ['ioredis'], breaks: ['redis-is-opened-in-one-place'] },
  'src/platform/cache/store.ts': { imports: ['@keyv/redis'], breaks: ['redis-is-opened-in-one-place'] },
  'src/platform/queue/redis-type.ts': { imports: ['type ioredis'], breaks: [] },
  'src/platform/redis/redis-connections.ts': { imports: ['ioredis', '@keyv/redis'], breaks: [] },
  'src/platform/http/leaf.ts': { imports: [], breaks: [] },
  'test/a.ts': { imports: [], breaks: [] },
};

it('every rule of the house catches its violation, and only that', () => {
  const found = cruise(PLANTED);
  for (const [path, { breaks }] of Object.entries(PLANTED))
    expect([path, [...new Set(found.get(path))].toSorted()]).toEqual([path, breaks]);
});

/** The names of the rules that each file breaks, as `npm run boundaries` finds them. */
function cruise(files: typeof PLANTED): Map<string, string[]> {
  const root = resolve(import.meta.dirname, '../..');
  const tree = mkdtempSync(join(tmpdir(), 'boundaries-'));
  try {
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(root, file), join(tree, file));
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
    for (const [path, { imports }] of Object.entries(files)) {
      mkdirSync(join(tree, dirname(path)), { recursive: true });
      writeFileSync(join(tree, path), source(imports));
    }
    const { violations } = JSON.parse(
      execFileSync(
        join(root, 'node_modules/.bin/depcruise'),
        ['-c', '.dependency-cruiser.cjs', '-T', 'json', 'src', 'packages'],
        {
          cwd: tree,
          encoding: 'utf8',
          maxBuffer: 64 * 1024 * 1024,
        },
      ),
    ).summary as { violations: { from: string; rule: { name: string } }[] };
    const found = new Map<string, string[]>();
    for (const { from, rule } of violations) found.set(from, [...(found.get(from) ?? []), rule.name]);
    return found;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

const source = (imports: string[]) =>
  [
    ...imports.map((from, index) =>
      from.startsWith('type ')
        ? `import type { x as x${index} } from '${from.slice(5)}';\nexport type T${index} = typeof x${index};`
        : `import { x as x${index} } from '${from}';\nexport const y${index} = x${index};`,
    ),
    'export const x = 1;',
  ].join('\n');
