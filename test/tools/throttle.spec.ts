import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './source-files.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throttle-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the linter says of a file. */
function lint(text: string): string {
  const file = join(folder, 'sample.ts');
  writeFileSync(file, text);
  const options = ['--config', join(ROOT, '.oxlintrc.json'), file];
  return spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), options, { encoding: 'utf8' }).stdout;
}

it.each([
  `import { Throttle } from '@nestjs/throttler';\nexport const a = Throttle;\n`,
  `import { SkipThrottle as quiet } from '@nestjs/throttler';\nexport const a = quiet;\n`,
  `import * as throttler from '@nestjs/throttler';\nexport const a = throttler.Throttle;\n`,
])('a decorator that would do nothing is refused, and @Limit is named: %j', (text) => {
  expect(lint(text)).toContain('Use @Limit(');
});

it('what the limiter itself takes of the throttler is not refused', () => {
  const text = `import { InjectThrottlerStorage } from '@nestjs/throttler';\nexport const a = InjectThrottlerStorage;\n`;
  expect(lint(text)).not.toContain('@Limit');
});
