import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allReferences, pinFiles } from '../../scripts/pins/pin-files.js';
import { referencesOf } from '../../scripts/pins/references.js';
import { ROOT } from './source-files.js';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const sha256 = (body: string) => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** A registry like Docker Hub: it requires a token that any client gets. The body of a manifest is its own path. */
class Registry {
  url = '';
  type = INDEX;
  digest = sha256;
  status = 200;
  private readonly server: Server = createServer((request, response) => this.answer(request, response));

  async start(): Promise<this> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return this;
  }
  close(): void {
    this.server.close();
  }
  private answer({ url = '', headers }: IncomingMessage, response: ServerResponse): void {
    if (url.startsWith('/token')) return void response.end(JSON.stringify({ token: url }));
    const repository = url.split('/').slice(2, -2).join('/');
    const scope = `repository:${repository}:pull`;
    const token = `Bearer /token?service=hub&scope=${encodeURIComponent(scope)}`;
    if (headers.authorization !== token) {
      const challenge = `Bearer realm="${this.url}/token",service="hub",scope="${scope}"`;
      return void response.writeHead(401, { 'www-authenticate': challenge }).end();
    }
    const told = { 'content-type': this.type, 'docker-content-digest': this.digest(url) };
    response.writeHead(this.status, told).end(url);
  }
}

let registry: Registry;
let root: string;
let git: string;

/** A repository with an annotated tag at an action's address. @returns its commit */
function action(name: string, tag: string): string {
  const path = join(root, 'git', name);
  mkdirSync(path, { recursive: true });
  const run = (...words: string[]) =>
    execFileSync('git', ['-C', path, '-c', 'user.name=t', '-c', 'user.email=t@t', ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  run('init', '--quiet');
  run('commit', '--quiet', '--allow-empty', '--message', `now ${Math.random()}`);
  run('tag', '--force', '--annotate', '--message', tag, tag);
  return run('rev-parse', 'HEAD').trim();
}

const text = (file: string) => readFileSync(join(root, file), 'utf8');
const pin = (isDryRun = false) => pinFiles(root, { registry: registry.url, git: `${git}/{}` }, isDryRun);

beforeEach(async () => {
  registry = await new Registry().start();
  root = mkdtempSync(join(tmpdir(), 'pins-'));
  git = join(root, 'git');
  for (const file of ['Dockerfile', 'docker-compose.yml', 'deploy/compose/scale.yml'])
    cpSync(join(ROOT, file), join(root, file));
  mkdirSync(join(root, '.github/workflows'), { recursive: true });
  writeFileSync(join(root, '.github/workflows/ci.yml'), 'steps:\n  - uses: some/action@v1.2.3\n');
});
afterEach(() => {
  registry.close();
  rmSync(root, { recursive: true, force: true });
});

it('every image and action gets the digest that its tag means now, and keeps its tag', async () => {
  const commit = action('some/action', 'v1.2.3');
  await pin();
  const node = sha256('/v2/library/node/manifests/24-slim');
  expect(text('Dockerfile')).toContain(`FROM node:24-slim@${node} AS build\n`);
  expect(text('Dockerfile')).toContain(`FROM node:24-slim@${node}\n`);
  expect(text('docker-compose.yml')).toContain(
    `image: postgres:18-alpine@${sha256('/v2/library/postgres/manifests/18-alpine')}\n`,
  );
  expect(text('.github/workflows/ci.yml')).toBe(`steps:\n  - uses: some/action@${commit} # v1.2.3\n`);
  expect(allReferences(root).filter((one) => one.pin === null)).toEqual([]);
  expect(await pin()).toEqual([]);
});

it('a dry run tells what would change, and writes nothing', async () => {
  action('some/action', 'v1.2.3');
  const before = text('Dockerfile');
  expect(await pin(true)).toContain(
    `Dockerfile:3 node 24-slim → ${sha256('/v2/library/node/manifests/24-slim')}`,
  );
  expect(text('Dockerfile')).toBe(before);
});

it('an image that means something else now is pinned to that', async () => {
  action('some/action', 'v1.2.3');
  await pin();
  const old = `sha256:${'0'.repeat(64)}`;
  writeFileSync(join(root, 'Dockerfile'), text('Dockerfile').replaceAll(/sha256:\w+/g, old));
  expect(await pin()).toHaveLength(2);
  expect(text('Dockerfile')).not.toContain(old);
});

it('a full version of an action that has moved is refused', async () => {
  action('some/action', 'v1.2.3');
  await pin();
  action('some/action', 'v1.2.3');
  await expect(pin()).rejects.toThrow('find out why');
});

it.each([
  ['does not know the image', () => (registry.status = 404), 'responded 404'],
  ['names another digest than the bytes have', () => (registry.digest = () => sha256('x')), 'the bytes have'],
  [
    'has it for one platform',
    () => (registry.type = 'application/vnd.oci.image.manifest.v1+json'),
    'platform',
  ],
  ['is down', () => registry.close(), 'does not respond'],
])('nothing is written when the registry %s', async (_, breakIt, message) => {
  action('some/action', 'v1.2.3');
  const before = ['Dockerfile', 'docker-compose.yml', '.github/workflows/ci.yml'].map(text);
  breakIt();
  await expect(pin()).rejects.toThrow(message);
  expect(['Dockerfile', 'docker-compose.yml', '.github/workflows/ci.yml'].map(text)).toEqual(before);
});

it('what is made here is not looked for: stages, images of a build, actions of this repository', () => {
  const names = (file: string, lines: string) => referencesOf(file, lines).map(({ name }) => name);
  expect(names('Dockerfile', 'FROM --platform=linux node:24 AS base\nFROM base\n')).toEqual(['node']);
  expect(
    names('docker-compose.yml', 'a:\n  image: ours\n  build: .\nb:\n    image: r.io:5000/a/b:1\n'),
  ).toEqual(['r.io:5000/a/b']);
  expect(names('ci.yml', '  - uses: ./.github/actions/ours\n')).toEqual([]);
});

it.each([
  'FROM node',
  '  image: redis',
  'uses: docker://node:24',
  'uses: some/action',
  'FROM node:24@sha1:1',
])('%s cannot be pinned and is refused', (line) => {
  expect(() => referencesOf('some-file', line)).toThrow('some-file:1:');
});
