import { newUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

describe('headers', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ CORS_ORIGINS: 'http://localhost:*,https://app.example' });
  });
  afterAll(() => product.close());

  const encoding = async (path: string, accept: string) => {
    const { headers } = await product.client.get(path, {
      headers: { 'accept-encoding': accept },
      undocumented: true,
    });
    return headers.get('content-encoding');
  };
  const preflight = (origin: string, path = '/user/me') =>
    product.client.request('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,idempotency-key',
      },
    });

  it.each(['http://localhost:5173', 'http://localhost', 'https://app.example'])(
    'a preflight from %s is answered for two hours, without credentials mode',
    async (origin) => {
      const { status, headers } = await preflight(origin);
      expect(status).toBe(204);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT, PATCH, DELETE');
      expect(headers.get('access-control-allow-headers')).toBe(
        'Authorization, Content-Type, Idempotency-Key, Prefer, Last-Event-ID, If-None-Match, X-Request-Id, User-Agent, traceparent, tracestate',
      );
      expect(headers.get('access-control-max-age')).toBe('7200');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
    },
  );

  it.each([
    'https://evil.example',
    'http://localhost.evil.example:80',
    'http://localhost:5173.evil.example',
    'null',
  ])('a stranger such as %s is not let in', async (origin) => {
    const { headers } = await preflight(origin);
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toMatch(/origin/i);
  });

  it.each(['/user/me', '/nowhere'])(
    'an answer of %s, error or not, shows browsers its headers',
    async (path) => {
      const { headers } = await product.client.get(path, { headers: { origin: 'http://localhost:5173' } });
      expect(headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
      expect(headers.get('access-control-expose-headers')).toBe(
        'Location, ETag, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, X-Cache, Idempotency-Replayed, Preference-Applied, Sandbox',
      );
    },
  );

  it('every answer says that a sandbox is on, is not stored, and is not sniffed', async () => {
    const user = await newUser(product);
    for (const answer of [await user.client.get('/user/me'), await product.client.get('/nowhere')]) {
      expect(answer.headers.get('sandbox')).toBe('sms, llm, billing');
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(answer.headers.get('strict-transport-security')).toBeNull();
    }
  });

  it('a large answer is compressed when asked for, a small one is not', async () => {
    expect(await encoding('/docs-json', 'gzip')).toBe('gzip');
    expect(await encoding('/docs-json', 'identity')).toBeNull();
    expect(await encoding('/nowhere', 'gzip, br')).toBeNull();
  });
});
