import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { newAdmin } from '../support/operators.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';

const BUILD = 'web/admin/dist/app';
/** Of the scripts and styles of a build, gzipped. */
const MAX_BYTES = 110 * 1024;
const assets = readdirSync(`${BUILD}/assets`).map((name) => `/admin/assets/${name}`);
const addresses = ['/admin', '/admin/', ...assets];

let product: Product;
/** A product whose clock moves, by less than the life of an access token. */
let own: Product;
beforeAll(async () => {
  [product, own] = await Promise.all([
    sharedProduct({ WORKER: 'separate' }),
    startProduct({ WORKER: 'separate' }),
  ]);
});
afterAll(() => Promise.all([product, own].map((one) => one.close())));

const ask = (
  path: string,
  cookie?: string,
  method = 'GET',
  headers: Record<string, string> = {},
  on = product,
) =>
  on.client.request(method, path, {
    headers: { 'accept-encoding': 'identity', ...headers, ...(cookie !== undefined && { cookie }) },
    undocumented: true,
  });
/** An admin's cookie for the panel's files. */
async function cookieOf(admin: TestUser): Promise<string> {
  const { status, headers, text } = await admin.client.post('/admin/api/page-session');
  if (status !== 200) throw new Error(text);
  return headers.get('set-cookie')!.split(';', 1)[0]!;
}
const statuses = (cookie?: string) =>
  Promise.all(addresses.map(async (path) => (await ask(path, cookie)).status));
const every = (status: number) => addresses.map(() => status);

/** An answer without what every request has of its own. */
async function shape(
  path: string,
  method: string,
  headers: Record<string, string>,
  { cookie, on = product }: { cookie?: string; on?: Product } = {},
): Promise<unknown> {
  const answer = await ask(path, cookie, method, { ...headers, 'x-request-id': 'the-same-request' }, on);
  const own = ['date', 'content-length', 'keep-alive', 'connection'];
  const kept = [...answer.headers].filter(([name]) => !own.includes(name));
  return { status: answer.status, headers: kept, text: answer.text.replaceAll(path, '<path>') };
}

it('an admin gets the panel with the cookie: the page and every file that it names', async () => {
  const cookie = await cookieOf(await newAdmin(product));
  const page = await ask('/admin/', cookie);
  expect(page.text).toBe(readFileSync(`${BUILD}/index.html`, 'utf8'));
  const named = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(named.toSorted()).toEqual(assets.toSorted());
  expect(await statuses(cookie)).toEqual(every(200));
  expect((await ask('/admin', cookie, 'HEAD')).status).toBe(200);
});

it('the files run as strictly as the console, and no cache answers for the role', async () => {
  const cookie = await cookieOf(await newAdmin(product));
  const page = await ask('/admin/', cookie);
  expect(page.headers.get('content-security-policy')).toMatch(
    /default-src 'none'.*script-src 'self'; style-src 'self'/,
  );
  expect(page.headers.get('x-frame-options')).toBe('DENY');
  expect(page.text).not.toMatch(/<script(?![^>]*src=)|<style| style=| on\w+=|https?:\/\//);
  for (const path of addresses) {
    const file = await ask(path, cookie);
    expect(file.headers.get('cache-control')).toBe('private, no-cache');
    const again = await ask(path, cookie, 'GET', { 'if-none-match': file.headers.get('etag')! });
    expect(again.status).toBe(304);
  }
});

it.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
  'without the cookie %s of every file is answered as an unknown path, byte for byte',
  async (method) => {
    const BROWSER = { accept: 'text/html,*/*;q=0.8', origin: 'http://localhost:5173' };
    for (const headers of [{}, BROWSER]) {
      const unknown = await shape('/admin/nothing-here', method, headers);
      expect(unknown).toMatchObject({ status: 404 });
      for (const path of addresses) expect(await shape(path, method, headers)).toEqual(unknown);
    }
  },
);

it('with an expired, an altered or a former admin’s cookie every file is answered as an unknown path without one, byte for byte', async () => {
  const [admin, former] = [await newAdmin(own), await newAdmin(own)];
  const [cookie, ofFormer] = [await cookieOf(admin), await cookieOf(former)];
  const expectUnknown = async (...cookies: string[]) => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      const unknown = await shape('/admin/nothing-here', method, {}, { on: own });
      expect(unknown).toMatchObject({ status: 404 });
      for (const one of cookies)
        for (const path of addresses)
          expect(await shape(path, method, {}, { cookie: one, on: own })).toEqual(unknown);
    }
  };
  await own.rows(`update users set role = 'user' where id = $1`, [former.id]);
  const prolonged = cookie.replace(/\.(\d+)\./, (_, ms: string) => `.${Number(ms) + 600_000}.`);
  expect(prolonged).not.toBe(cookie);
  await expectUnknown(ofFormer, `${cookie}x`, prolonged, 'admin_pages=');
  await own.advanceClock(605);
  await expectUnknown(cookie, prolonged);
});

it('forged and foreign cookies, and a bearer token alone, open nothing', async () => {
  const [admin, user] = [await newAdmin(product), await newUser(product)];
  const cookie = await cookieOf(admin);
  expect(await statuses(cookie.replace(admin.id, user.id))).toEqual(every(404));
  expect(await statuses(`${cookie}x`)).toEqual(every(404));
  expect((await admin.client.get('/admin/', { undocumented: true })).status).toBe(404);
  expect((await user.client.post('/admin/api/page-session')).status).toBe(404);
});

it('the API refuses the cookie', async () => {
  const cookie = await cookieOf(await newAdmin(product));
  for (const path of ['users', 'audit', 'queues'])
    expect((await ask(`/admin/api/${path}`, cookie)).status).toBe(401);
  expect((await ask('/admin/api/page-session', cookie, 'POST')).status).toBe(401);
});

it('the role is read for each file: a former, suspended or signed-out admin gets 404 with the next one', async () => {
  const endings: ((admin: TestUser) => Promise<unknown>)[] = [
    ({ id }) => product.rows(`update users set role = 'user' where id = $1`, [id]),
    ({ id }) => product.rows('update users set suspended_at = now() where id = $1', [id]),
    ({ client }) => client.post('/auth/logout'),
    ({ client }) => client.delete('/user/me'),
  ];
  for (const end of endings) {
    const admin = await newAdmin(product);
    const cookie = await cookieOf(admin);
    expect(await statuses(cookie)).toEqual(every(200));
    await end(admin);
    expect(await statuses(cookie)).toEqual(every(404));
  }
});

it('the cookie ends after ten minutes', async () => {
  const admin = await newAdmin(own);
  const { body, headers } = await admin.client.post('/admin/api/page-session');
  expect(headers.get('set-cookie')).toMatch(/; Path=\/admin; Max-Age=600; HttpOnly; SameSite=Strict$/);
  expect(body.path).toBe('/admin/');
  const cookie = headers.get('set-cookie')!.split(';', 1)[0]!;
  const load = async () =>
    (await own.client.get('/admin/', { headers: { cookie }, undocumented: true })).status;
  await own.advanceClock(595);
  expect(await load()).toBe(200);
  await own.advanceClock(10);
  expect(await load()).toBe(404);
});

it('the entrance is there for everyone, with the console off, and runs its own scripts only', async () => {
  const page = await ask('/operators');
  expect(page.text).toBe(readFileSync('web/admin/dist/entrance/index.html', 'utf8'));
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
  for (const [, path] of page.text.matchAll(/(?:src|href)="([^"]+)"/g))
    expect([path, (await ask(path!)).status]).toEqual([path, 200]);
});

it.each(['app', 'entrance'])('the build %s stays small', (build) => {
  const folder = `web/admin/dist/${build}/assets`;
  const bytes = readdirSync(folder).map((name) => gzipSync(readFileSync(`${folder}/${name}`)).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(MAX_BYTES);
});
