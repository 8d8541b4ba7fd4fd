import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PAGE_POLICY, readBuild } from './page-build.js';

const folder = mkdtempSync(join(tmpdir(), 'console-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A build with these files, each of which contains its own path. */
function build(...paths: string[]): string {
  const target = mkdtempSync(join(folder, 'dist-'));
  mkdirSync(join(target, 'assets'));
  for (const path of paths) writeFileSync(join(target, path), path);
  return target;
}

it('a build that is not there or not finished is no page', async () => {
  expect(await readBuild(join(folder, 'nowhere'))).toBeNull();
  expect(await readBuild(build())).toBeNull();
  expect(await readBuild(build('assets/index-AbCd_-12.js'))).toBeNull();
});

it('what cannot be read is an error, not a missing build', async () => {
  await expect(readBuild(join(build('index.html'), 'index.html'))).rejects.toThrow('ENOTDIR');
});

it('the page is apart from the files; index.html and the stamp of the build have no address', async () => {
  const read = await readBuild(build('index.html', '.stamp', 'favicon.svg', 'assets/index-AbCd_-12.js'));
  expect(Object.keys(read!.files).sort()).toEqual(['/assets/index-AbCd_-12.js', '/favicon.svg']);
  expect(String((await read!.page.bytes.in('identity')).bytes)).toBe('index.html');
});

it.each([
  ['assets/index-AbCd_-12.js', 'text/javascript; charset=utf-8', true],
  ['assets/index-AbCd_-12.css', 'text/css; charset=utf-8', true],
  ['assets/text-AbCd_-12.woff2', 'font/woff2', true],
  ['assets/plain.js', 'text/javascript; charset=utf-8', false],
  ['favicon.svg', 'image/svg+xml', false],
  ['manifest-AbCd_-12.webmanifest', 'application/manifest+json; charset=utf-8', false],
  ['assets/index-AbCd_-12.exe', 'application/octet-stream', true],
])(
  '%s is %s; caches keep a file permanently only by the hash in its name: %s',
  async (path, type, isForever) => {
    const { [`/${path}`]: file } = (await readBuild(build('index.html', path)))!.files;
    expect(file!.type).toBe(type);
    expect(file!.headers?.['cache-control']).toBe(
      isForever ? 'public, max-age=31536000, immutable' : undefined,
    );
  },
);

it('the page is asked for again on each use and runs scripts of this origin only', async () => {
  const { headers } = (await readBuild(build('index.html')))!.page;
  expect(headers).toMatchObject({ 'cache-control': 'no-cache', 'x-frame-options': 'DENY' });
  expect(headers!['content-security-policy']).toContain("script-src 'self';");
  expect(headers!['content-security-policy']).toContain("frame-ancestors 'none'");
  // No inline script or style, and no other origin.
  expect(Object.values(PAGE_POLICY).join(' ')).not.toMatch(/unsafe|http|\*|nonce/);
});
