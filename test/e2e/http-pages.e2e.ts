import { Client } from '../support/client.js';
import { startProduct, type Product } from '../support/product.js';
import { FIELD_PROBLEMS, PROBLEMS } from '../../src/platform/http/problem-table.js';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

describe('pages', () => {
  let product: Product;
  let client: Client;
  beforeAll(async () => {
    product = await startProduct();
    client = product.client;
  });
  afterAll(() => product.close());

  const open = (path: string) => client.get(path, { headers: { accept: BROWSER }, undocumented: true });
  /** The addresses that a page loads, relative ones made whole. */
  const loads = (path: string, html: string) =>
    [...html.matchAll(/<(?:script|link)[^>]+(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => new URL(address!, product.url + path))
      .filter(({ protocol }) => protocol !== 'data:');

  it('the bare address leads people and programs on', async () => {
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

  it('Swagger UI loads everything from here, under its policy, and keeps the token', async () => {
    const page = await open('/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    // An inline script would need more than 'self'.
    expect(page.text).not.toMatch(/<script(?![^>]*src=)/);
    const addresses = loads('/docs', page.text);
    expect(addresses.length).toBeGreaterThanOrEqual(4);
    for (const { origin, pathname } of addresses) {
      expect(origin).toBe(product.url);
      const asset = await open(pathname);
      expect([pathname, asset.status]).toEqual([pathname, 200]);
      expect(asset.headers.get('content-type')).toMatch(/javascript|css|png/);
    }
    expect((await open('/docs/swagger-ui-init.js')).text).toContain('"persistAuthorization": true');
  });

  it('Scalar’s own script is allowed by its hash, and the page names the way out without the internet', async () => {
    const page = await open('/scalar');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toMatch(/script-src https:\/\/cdn\.jsdelivr\.net 'sha256-[^']+'/);
    expect(page.text).toContain('<a href="/docs">');
    expect(page.text).toContain('/docs-json');
  });

  it('the OpenAPI document is served', async () => {
    const { body, headers } = await open('/docs-json');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(body.openapi).toBe('3.1.0');
  });

  it('the type of a problem is an address with an anchor that is there, for every code', async () => {
    const { body } = await client.get('/nowhere');
    const { pathname, hash } = new URL(body.type);
    const page = await open(pathname);
    expect(page.text).toContain(`id="${hash.slice(1)}"`);
    for (const code of Object.keys(PROBLEMS)) expect(page.text).toContain(`id="${code}"`);
    for (const code of Object.keys(FIELD_PROBLEMS)) expect(page.text).toContain(`<code>${code}</code>`);
  });
});
