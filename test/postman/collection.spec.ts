import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runHttpFile } from '../support/http-file.js';
import { newMobile, newUser } from '../support/people.js';
import { newRoom } from '../support/rooms.js';
import { startProduct, type Product } from '../support/product.js';

interface Run {
  executions: { item: { name: string }; response: { code: number } }[];
  stats: Record<'requests' | 'assertions', { total: number; failed: number }>;
  failures: { source?: { name: string }; error: { test?: string; message: string } }[];
}

let product: Product;
const folder = mkdtempSync(join(tmpdir(), 'chat-newman-'));
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

/** "Run collection", as the command line does it: the committed file alone, and where the product is. */
async function runCollection(...options: string[]): Promise<Run> {
  const report = join(folder, 'run.json');
  const newman = spawn(process.execPath, [
    'test/postman/node_modules/newman/bin/newman.js',
    'run',
    'postman/collection.json',
    `--env-var=base_url=${product.url}`,
    ...options,
    '--reporters=json',
    `--reporter-json-export=${report}`,
  ]);
  await new Promise((resolve) => newman.once('exit', resolve));
  return (JSON.parse(readFileSync(report, 'utf8')) as { run: Run }).run;
}

const saidOf = ({ failures }: Run) =>
  failures.map(({ source, error }) => `${source?.name}: ${error.test} ${error.message}`);

const text = readFileSync('postman/collection.json', 'utf8');
const { item: folders } = JSON.parse(text) as {
  item: { name: string; item: { name: string }[] }[];
};
const requests = folders.flatMap(({ item }) => item).length;
/** What scripts ask beside: the sandbox's Pay button. */
const asides = text.split('pm.sendRequest(').length - 1;

it(`"Run collection": all ${requests} requests pass with no hand-editing, and again`, async () => {
  for (const _ of ['first', 'again']) {
    const run = await runCollection();
    const { stats } = run;
    expect(saidOf(run)).toEqual([]);
    expect(stats.requests).toMatchObject({ total: requests + asides, failed: 0 });
    expect(stats.assertions.total).toBeGreaterThan(requests);
  }
}, 60_000);

it.each(['chat.http', 'chat.jetbrains.http'])(
  'postman/%s, sent from top to bottom in an editor, goes from the code to Pro',
  async (name) => {
    const file = readFileSync(`postman/${name}`, 'utf8');
    const given = { base_url: product.url, mobile_number: newMobile() };
    const seen: [string, number][] = [];
    const tiers: unknown[] = [];
    await runHttpFile(file, given, async ({ title, method, url, headers, body: raw }) => {
      const path = url.replace(product.url, '');
      const undocumented = path.endsWith('/pay') || undefined;
      const { status, body } = await product.client.request(method, path, { headers, raw, undocumented });
      seen.push([title, status]);
      if (path === '/subscription/sync') tiers.push(body.tier);
      return body;
    });
    expect(seen.length).toBe(file.split('### ').length - 1);
    expect(seen.filter(([, status]) => status >= 300)).toEqual([]);
    expect(tiers).toEqual(['pro']);
  },
);

it('an admin runs the Admin folder for one person: it is found and acted upon, and loses nothing', async () => {
  const [admin, user] = [await newUser(product, { role: 'admin' }), await newUser(product)];
  const room = (await newRoom(user)).id;
  const run = await runCollection(
    '--folder=Admin',
    `--env-var=access_token=${admin.token}`,
    `--env-var=customer_number=${user.mobileNumber}`,
  );
  expect(saidOf(run)).toEqual([]);
  const codes = new Map(run.executions.map(({ item, response }) => [item.name, response.code]));
  for (const name of ['Get an account', 'List replies by state', 'List rooms', 'List the audit log'])
    expect([name, codes.get(name)]).toEqual([name, 200]);
  for (const [name, code] of [
    ['Suspend an account', 200],
    ['Lift a suspension', 200],
    ['Replace an account’s mobile number', 400],
    ['Grant Pro until a date', 400],
    ['Delete an account', 404],
  ] as const)
    expect([name, codes.get(name)]).toEqual([name, code]);
  const [left] = await product.rows(
    `select mobile_number, tier, suspended_at, (select id from chatrooms where user_id = $1) as room from users where id = $1`,
    [user.id],
  );
  expect(left).toEqual({ mobile_number: user.mobileNumber, tier: 'basic', suspended_at: null, room });
}, 60_000);
