import { load } from 'js-yaml';
import { Client } from '../support/client.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';
import { FIELD_PROBLEMS, PROBLEMS } from '../../src/platform/problem/problem-table.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** Everything that is made once; the smaller files go the same way. */
const KEPT = [
  '/',
  '/docs/errors',
  '/docs',
  '/docs-json',
  '/docs-yaml',
  '/docs/openapi-3.0.json',
  '/docs/swagger-ui-bundle.js',
  '/docs/swagger-ui.css',
  '/scalar',
  '/scalar/standalone.js',
];

describe('pages', () => {
  let product: Product;
  let client: Client;
  beforeAll(async () => {
    product = await sharedProduct();
    client = product.client;
  });
  afterAll(() => product.close());

  const open = (path: string) => client.get(path, { headers: { accept: BROWSER }, undocumented: true });
  /** The addresses that a page loads, made absolute. */
  const loads = (path: string, html: string) =>
    [...html.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => new URL(address!, product.url + path))
      .filter(({ protocol }) => protocol !== 'data:');

  it('the root address serves people a page and programs JSON', async () => {
    const page = await open('/');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('<meta name="viewport"');
    for (const [, path] of page.text.matchAll(/href="(\/[^"]+)"/g))
      expect((await open(path!)).status).toBe(200);
    const json = await client.get('/', { undocumented: true });
    expect(json.body).toMatchObject({
      docs: '/docs',
      sms_inbox: '/sandbox/sms',
      sandbox: ['sms', 'llm', 'billing'],
    });
  });

  it.each(['/docs', '/scalar'])('%s loads everything from here, under its policy', async (path) => {
    const page = await open(path);
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';.* connect-src 'self'/);
    // An inline script would need more than 'self'.
    expect(page.text).not.toMatch(/<script(?![^>]*src=)/);
    const addresses = loads(path, page.text);
    expect(addresses.length).toBeGreaterThanOrEqual(2);
    for (const { origin, pathname } of addresses) {
      expect(origin).toBe(product.url);
      const asset = await open(pathname);
      expect([pathname, asset.status]).toEqual([pathname, 200]);
      expect(asset.headers.get('content-type')).toMatch(/javascript|css|png/);
    }
  });

  it('the OpenAPI document is served as 3.1, in JSON and YAML, and as 3.0.3', async () => {
    const json = await open('/docs-json');
    expect(json.headers.get('content-type')).toMatch(/^application\/json/);
    expect(json.body.openapi).toBe('3.1.0');
    expect(load((await open('/docs-yaml')).text)).toEqual(json.body);
    expect((await open('/docs/openapi-3.0.json')).body.openapi).toBe('3.0.3');
  });

  it.each(KEPT)('%s is kept in each coding, has a tag for each, and is not sent twice', async (path) => {
    const tags = new Set<string>();
    for (const coding of ['br', 'gzip', 'identity']) {
      const headers = { 'accept-encoding': coding };
      const first = await client.get(path, { headers, undocumented: true });
      expect([first.status, first.headers.get('content-encoding') ?? 'identity']).toEqual([200, coding]);
      expect(first.headers.get('cache-control')).toBe('no-cache');
      expect(first.headers.get('vary')).toContain('accept-encoding');
      const etag = first.headers.get('etag')!;
      expect(etag).toMatch(/^"/);
      tags.add(etag);
      const again = await client.get(path, {
        headers: { ...headers, 'if-none-match': etag },
        undocumented: true,
      });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      const head = await client.request('HEAD', path, { headers, undocumented: true });
      expect([head.status, head.text, head.headers.get('etag')]).toEqual([200, '', etag]);
    }
    expect(tags.size).toBe(3);
  });

  it('the type of each problem is a working address with an anchor', async () => {
    const { body } = await client.get('/nowhere');
    const { pathname, hash } = new URL(body.type);
    const page = await open(pathname);
    expect(page.text).toContain(`id="${hash.slice(1)}"`);
    for (const code of Object.keys(PROBLEMS)) expect(page.text).toContain(`id="${code}"`);
    for (const code of Object.keys(FIELD_PROBLEMS)) expect(page.text).toContain(`<code>${code}</code>`);
  });
});

describe('a process behind TLS, without documentation', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({
      DOCS: 'off',
      APP_URL: 'https://chat.example.com',
      CORS_ORIGINS: 'https://app.example',
    });
  });
  afterAll(() => product.close());

  it('HSTS is sent, and only named origins are allowed', async () => {
    const { headers, body } = await product.client.get('/nowhere', {
      headers: { origin: 'http://localhost:1' },
    });
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(body.type).toBe('https://chat.example.com/docs/errors#not_found');
  });

  it('with DOCS=off no page links to the documentation, and errors are still explained', async () => {
    const get = (path: string) => product.client.get(path, { undocumented: true });
    for (const path of ['/docs', '/docs-json', '/docs-yaml', '/scalar', '/docs/swagger-ui.css'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
    const index = await product.client.get('/', { headers: { accept: BROWSER }, undocumented: true });
    for (const [, path] of index.text.matchAll(/href="(\/[^"]+)"/g))
      expect([path, (await get(path!)).status]).toEqual([path, 200]);
    expect((await get('/')).body).not.toHaveProperty('docs');
    expect((await get('/docs/errors')).status).toBe(200);
    expect(product.log).not.toMatch(/Swagger UI|Scalar/);
  });
});
