import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedSecret } from './embedded-secret.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'chat-secret-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('the secret is created once, readable by its owner only, and stays the same', () => {
  const dataDir = join(home, 'not', 'there', 'yet');
  const secret = embeddedSecret(dataDir);
  expect(secret.length).toBeGreaterThanOrEqual(64);
  expect(embeddedSecret(dataDir)).toBe(secret);
  expect(statSync(join(dataDir, 'jwt-secret')).mode & 0o777).toBe(0o600);
});

it('an empty secret file stops the start', () => {
  writeFileSync(join(home, 'jwt-secret'), '\n');
  expect(() => embeddedSecret(home)).toThrow('DATA_DIR: its file jwt-secret holds no secret');
});

it('a folder that cannot be created is named by its variable', () => {
  writeFileSync(join(home, 'file'), '');
  expect(() => embeddedSecret(join(home, 'file', 'data'))).toThrow('DATA_DIR: cannot be written (ENOTDIR)');
});
