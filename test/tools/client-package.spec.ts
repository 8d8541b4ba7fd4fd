import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const manifest = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;

it('a page loads at most 10 KB of the client package', () => {
  const { status, stdout } = spawnSync(process.execPath, ['packages/client/bundle.js'], { encoding: 'utf8' });
  expect(stdout).toMatch(/^client: \d+\.\d KB gzipped\nclient with ai-sdk: \d+\.\d KB gzipped\n$/);
  expect(status).toBe(0);
});

it('the client package has the API’s version and one dependency', () => {
  const client = manifest('packages/client/package.json');
  expect(client['version']).toBe(manifest('package.json')['version']);
  expect(Object.keys(client['dependencies'] as object)).toEqual(['eventsource-parser']);
});
