import { readdirSync, readFileSync } from 'node:fs';
import { sharedProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const BUILD = 'web/console/dist';

/** The files of the build beside its page, as addresses. */
const files = readdirSync(BUILD, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/^(\.|index\.html$)/.test(entry.name))
  .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(BUILD.length));
const hashed = files.filter((path) => path.startsWith('/assets/'));

let product: Product;
beforeAll(async () => {
  product = await sharedProduct({ CONSOLE: 'on' });
});
afterAll(() => product.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  product.client.get(path, { headers, undocumented: true });

it('the root address gives browsers the console and programs JSON', async () => {
  const page = await get('/', { accept: BROWSER });
  expect(page.text).toBe(readFileSync(`${BUILD}/index.html`, 'utf8'));
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('vary')).toContain('accept');
  expect((await get('/')).body).toMatchObject({ name: 'Chat backend', docs: '/docs' });
});

it('the page allows its own scripts only: no inline script, no other origin, no frame around it', async () => {
  const { headers, text } = await get('/', { accept: BROWSER });
  expect(headers.get('content-security-policy')).toBe(
    "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; script-src 'self'; style-src 'self'; " +
      "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'none'",
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  expect(headers.get('x-frame-options')).toBe('DENY');
  expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(text).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=|https?:\/\//);
});

it('every file has a tag in each coding, is not sent twice, and answers HEAD', async () => {
  expect(hashed.length).toBeGreaterThan(1);
  for (const path of ['/', ...files]) await isKept(path);
});

async function isKept(path: string): Promise<void> {
  const plain = await get(path, { accept: BROWSER, 'accept-encoding': 'identity' });
  for (const coding of ['br', 'gzip', 'identity']) {
    const headers = { accept: BROWSER, 'accept-encoding': coding };
    const first = await get(path, headers);
    expect([path, first.status, first.text]).toEqual([path, 200, plain.text]);
    // Compression makes some small pictures no smaller.
    expect([coding, null]).toContain(first.headers.get('content-encoding'));
    expect(first.headers.get('vary')).toContain('accept-encoding');
    expect(first.headers.get('cache-control')).toBe(
      hashed.includes(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    );
    const etag = first.headers.get('etag')!;
    const again = await get(path, { ...headers, 'if-none-match': etag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    const head = await product.client.request('HEAD', path, { headers, undocumented: true });
    expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
  }
}

it('every file that the page names is served, with a hash in its name and a type that browsers run', async () => {
  const { text } = await get('/', { accept: BROWSER });
  const named = [...text.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  const scripts = named.filter((path) => path.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  for (const path of named.filter((address) => !address.startsWith('data:')))
    expect([path, (await get(path)).status]).toEqual([path, 200]);
  for (const path of scripts) {
    expect(path).toMatch(/^\/assets\/.+-[\w-]{8}\.js$/);
    expect((await get(path)).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  }
});

it.each([
  '/assets/../index.html',
  '/assets/../../package.json',
  '/assets/..%2f..%2fpackage.json',
  '/assets/%2e%2e/%2e%2e/package.json',
  '/assets/..%5c..%5cpackage.json',
  '/assets/%252e%252e/package.json',
  '/assets//etc/passwd',
  '//assets/../package.json',
  '/assets/%00',
  '/assets/',
  '/assets/gone-AbCd1234.js',
  '/index.html',
  '/web/console/package.json',
])('%s is no file of the console', async (target) => {
  const { status, body } = await sendRaw(
    product.url,
    `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
  );
  expect([400, 404]).toContain(status);
  expect(body.code).toMatch(/^(not_found|validation_failed)$/);
});

it('with CONSOLE=off browsers get the index, and none of its files is served', async () => {
  const off = await sharedProduct();
  const read = (path: string) => off.client.get(path, { headers: { accept: BROWSER }, undocumented: true });
  expect((await read('/')).text).toContain('What to click next');
  expect(files.length).toBeGreaterThan(0);
  for (const path of files) expect([path, (await read(path)).status]).toEqual([path, 404]);
  await off.close();
});
