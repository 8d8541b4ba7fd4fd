import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { loadConfig } from '../../src/platform/config/config.js';
import { variables } from '../../src/platform/config/environment.js';
import { FIELD_PROBLEMS, PROBLEMS } from '../../src/platform/problem/problem-table.js';
import { renderConfigurationPage } from '../../scripts/generate/configuration-page.js';
import { renderEnvExample } from '../../scripts/generate/env-example.js';
import { renderErrorsPage } from '../../scripts/generate/errors-page.js';
import { staleFiles } from '../../scripts/generate/stale-files.js';
import { ROOT } from './source-files.js';

const load = (text: string) => loadConfig(parseEnv(text), { embeddedSecret: () => 's'.repeat(32) });

it('the committed files are what the code makes', () => {
  // As a command, on the compiled tree: some of what it loads is CommonJS that requires ES modules, which Jest cannot.
  const command = [resolve(ROOT, 'dist/scripts/generate.js'), '--check'];
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: ROOT, encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});

it('every route that an error’s text names is one of the API', () => {
  const { paths } = JSON.parse(readFileSync(resolve(ROOT, 'openapi.json'), 'utf8')) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const texts = Object.values(PROBLEMS).map(({ doc, client }) => `${doc} ${client}`);
  const named = texts.flatMap((text) => [...text.matchAll(/\b(GET|POST|PUT|PATCH|DELETE) (\/[\w/:-]*)/g)]);
  expect(named.length).toBeGreaterThan(5);
  for (const [name, method, path] of named)
    expect([name, Object.keys(paths[path!.replaceAll(/:(\w+)/g, '{$1}')] ?? {})]).toEqual([
      name,
      expect.arrayContaining([method!.toLowerCase()]),
    ]);
});

it('.env.example, copied as it is, changes nothing', () => {
  expect(load(renderEnvExample())).toEqual(load(''));
});

it('.env.example shows the defaults that hold, of limits those that hold beyond loopback', () => {
  const [here, beyond] = [load(''), load('SANDBOX_PUBLIC=anyone-may-sign-in-as-anyone')];
  const expected = {
    ...here,
    otp: { ...here.otp, sends: beyond.otp.sends },
    rateLimitPerMinute: beyond.rateLimitPerMinute,
  };
  expect(load(uncommented())).toEqual(expected);
});

it('every variable stands in .env.example and in docs/configuration.md, once', () => {
  const [example, page] = [renderEnvExample(), renderConfigurationPage()];
  for (const [name] of variables()) {
    expect([name, example.match(new RegExp(`^(# )?${name}=`, 'gm'))?.length]).toEqual([name, 1]);
    expect([name, page.split(`| \`${name}\` |`).length - 1]).toEqual([name, 1]);
  }
});

it('no secret has a value in .env.example', () => {
  const filled = Object.entries(parseEnv(uncommented())).filter(([, value]) => value !== '');
  const secrets = filled
    .map(([name]) => name)
    .filter((name) => /SECRET|_TOKEN$|_KEY$|_SID$|_URL$/.test(name));
  expect(secrets).toEqual(['GROQ_BASE_URL']);
});

it('every error code has an anchor that its type points to and what a client does, every field code a line', () => {
  const page = renderErrorsPage();
  for (const [code, { client }] of Object.entries(PROBLEMS)) {
    const row = page.split('\n').find((line) => line.startsWith(`| <a id="${code}"></a>`));
    expect(row?.endsWith(`| ${client} |`)).toBe(true);
  }
  for (const code of Object.keys(FIELD_PROBLEMS)) expect(page).toContain(`| \`${code}\` |`);
});

it('a stale file is shown by the first line in which it differs; line ends do not count', async () => {
  const files = [
    { path: 'same', render: () => 'a\nb\n' },
    { path: 'other', render: () => 'a\nb\n' },
    { path: 'gone', render: () => Promise.resolve('a\n') },
  ];
  const committed: Record<string, string> = { same: 'a\r\nb\r\n', other: 'a\nc\n' };
  const read = (path: string) =>
    path in committed ? Promise.resolve(committed[path]!) : Promise.reject(new Error('ENOENT'));
  expect(await staleFiles(files, read)).toEqual([
    { path: 'other', text: 'a\nb\n', hint: '  line 2\n  - c\n  + b' },
    { path: 'gone', text: 'a\n', hint: '  line 1\n  - \n  + a' },
  ]);
});

/** With every default spelled out. */
const uncommented = () => renderEnvExample().replace(/^# (?=[A-Z_]+=)/gm, '');
