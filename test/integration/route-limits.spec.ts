import type { ChildProcess } from 'node:child_process';
import type pg from 'pg';
import { newId } from '../../src/platform/crypto/id.js';
import { forkFile, newDatabase, programPath } from '../support/processes.js';
import { openPool } from '../support/product.js';

interface Started {
  listening: string;
  document: { paths: Record<string, Record<string, { responses: Record<string, Documented> }>> };
}
interface Documented {
  description: string;
  headers?: object;
  content: { 'application/problem+json': { examples: object } };
}

let program: ChildProcess;
let db: pg.Pool;
let started: Started;
beforeAll(async () => {
  const databaseUrl = await newDatabase();
  program = forkFile(programPath('test/support/limited-routes.program', false), {
    DATABASE_URL: databaseUrl,
  });
  db = openPool(databaseUrl);
  started = await new Promise((resolve, reject) => {
    program.once('message', resolve);
    program.once('exit', (code) => reject(new Error(`the program ended with ${code}`)));
  });
});
afterAll(async () => {
  await db.end();
  program.kill('SIGTERM');
});

type Call = { user?: string; tier?: string; from?: string; key?: string; body?: object; method?: string };
async function call(
  path: string,
  { user, tier, from, key, body, method = body ? 'POST' : 'GET' }: Call = {},
) {
  const answer = await fetch(`${started.listening}/${path}`, {
    method,
    headers: {
      ...(user && { 'x-user': user }),
      ...(tier && { 'x-tier': tier }),
      ...(from && { 'x-forwarded-for': from }),
      ...(key && { 'idempotency-key': key }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const { status, headers } = answer;
  return { status, headers, body: (text ? JSON.parse(text) : {}) as { code?: string; resourceId?: string } };
}
const statuses = async (...calls: Promise<{ status: number }>[]) =>
  (await Promise.all(calls)).map(({ status }) => status);

describe('@Limit', () => {
  it('lets exactly its number pass, of twenty at once, and counts users apart', async () => {
    const [user, other] = [newId(), newId()];
    const all = await statuses(...Array.from({ length: 20 }, () => call('three', { user })));
    expect(all.filter((status) => status === 200)).toHaveLength(3);
    expect((await call('three', { user: other })).status).toBe(200);
  });

  it('tells where it stands, and its 429 when it ends', async () => {
    const user = newId();
    const first = await call('three', { user });
    expect(first.headers.get('ratelimit-policy')).toBe('"three";q=3;w=3600');
    expect(first.headers.get('ratelimit')).toBe('"three";r=2;t=3600');
    await statuses(call('three', { user }), call('three', { user }));
    const { status, body, headers } = await call('three', { user });
    expect([status, body.code]).toEqual([429, 'rate_limited']);
    expect(headers.get('ratelimit')).toBe(`"three";r=0;t=${headers.get('retry-after')}`);
  });

  it('refuses with its own code', async () => {
    const user = newId();
    await call('below', { user });
    expect((await call('below', { user })).body.code).toBe('credentials_attempts_exceeded');
  });

  it('takes its number from the configuration, by tier; none where the tier has none', async () => {
    const [basic, paying] = [newId(), newId()];
    const six = (user: string, tier?: string) =>
      statuses(...Array.from({ length: 6 }, () => call('by-tier', { user, tier })));
    expect((await six(basic)).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(new Set(await six(paying, 'pro'))).toEqual(new Set([200]));
    expect((await call('by-tier', { user: paying })).headers.get('ratelimit')).toBeNull();
  });

  it('of several takes a hit of each, or of none', async () => {
    const user = newId();
    expect(await statuses(call('two', { user }))).toEqual([200]);
    for (let n = 0; n < 3; n += 1) expect((await call('two', { user })).status).toBe(429);
    expect((await call('wide', { user })).headers.get('ratelimit')).toMatch(/^"wide";r=1;/);
  });

  it.each([
    ['address', '2001:db8:1:2::1', '2001:db8:1:2::9', '2001:db8:1:3::1'],
    ['address', '198.51.100.1', '198.51.100.1', '198.51.100.2'],
    ['network', '2001:db8:2:2::1', '2001:db8:2:3::1', '2001:db8:3:2::1'],
    ['network', '203.0.113.1', '203.0.113.2', '203.0.114.1'],
  ])('by %s counts %s and %s as one, %s apart', async (path, from, same, other) => {
    expect(await statuses(call(path, { from }))).toEqual([200]);
    const refused = await call(path, { from: same });
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([429, null]);
    expect(await statuses(call(path, { from: other }))).toEqual([200]);
  });

  it('by a number counts every spelling of it, and its alias, from any address', async () => {
    const sent = (body: object, from: string) => call('number', { body, from });
    expect((await sent({ mobile_number: '+4915123456789' }, '192.0.2.1')).status).toBe(200);
    expect((await sent({ mobile_number: '+49 151 2345 6789' }, '192.0.2.2')).status).toBe(429);
    expect((await sent({ mobile: '+49-151-23456789' }, '192.0.2.3')).status).toBe(429);
    expect((await sent({ mobile_number: '+4915123456780' }, '192.0.2.1')).status).toBe(200);
  });

  it('by a field counts a request without it by its address', async () => {
    const sent = (from: string) => call('number', { body: {}, from });
    expect(await statuses(sent('192.0.2.4'))).toEqual([200]);
    expect(await statuses(sent('192.0.2.4'), sent('192.0.2.5'))).toEqual([429, 200]);
  });

  it('refuses no replay of an Idempotency-Key, and no new one passes by it', async () => {
    const user = await newAccount();
    const make = (key: string) => call('made', { user, key, method: 'POST' });
    const first = await make('k');
    const again = await make('k');
    expect([again.status, again.body.resourceId]).toEqual([first.status, first.body.resourceId]);
    expect((await make('new')).status).toBe(429);
  });

  it('by user on an open route is an error, not a route without a limit', async () => {
    expect((await call('ownerless')).status).toBe(500);
  });

  it.each([
    ['three', 'rate_limited'],
    ['below', 'credentials_attempts_exceeded'],
  ])('above and below @Operation, /%s documents %s and the headers', (path, code) => {
    const { responses } = documented(path);
    expect(Object.keys(responses['429']!.content['application/problem+json'].examples)).toContain(code);
    expect(responses['429']!.description).toContain(`\`${code}\``);
    expect(Object.keys(responses['200']!.headers!)).toEqual(['RateLimit', 'RateLimit-Policy']);
  });

  it('an open route documents no policy', () => {
    expect(documented('address').responses['200']!.headers).toBeUndefined();
  });
});

async function newAccount(): Promise<string> {
  const id = newId();
  await db.query(`insert into users (id, mobile_number, quota_key) values ($1, $2, $3)`, [
    id,
    `+49151${Math.floor(Math.random() * 1e8)}`,
    Buffer.from(id),
  ]);
  return id;
}

const documented = (path: string) => started.document.paths[`/${path}`]!['get']!;
