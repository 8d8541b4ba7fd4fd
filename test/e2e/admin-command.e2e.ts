import { execFile } from 'node:child_process';
import { newMobile, newUser, signIn } from '../support/people.js';
import { programPath, TEST_ENVIRONMENT } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { newDataDir, startEmbedded, startTwin } from '../support/rooms.js';

interface Ended {
  code: number | null;
  output: string;
}

/** Runs `npm run admin:grant` or `admin:revoke`'s program. */
function command(environment: Record<string, string>, ...words: string[]): Promise<Ended> {
  const script = programPath('scripts/admin');
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...TEST_ENVIRONMENT, ...environment } };
    const child = execFile(process.execPath, [script, ...words], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode, output: stdout + stderr }),
    );
  });
}
const says = (code: number, output: string): Ended => ({ code, output: expect.stringContaining(output) });

describe('admin:grant and admin:revoke', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct({ WORKER: 'separate' });
  });
  afterAll(() => product.close());
  const run = (...words: string[]) => command({ DATABASE_URL: product.databaseUrl }, ...words);
  const entries = (userId: string) =>
    product.rows('select action, actor_id from audit_log where user_id = $1 order by id', [userId]);

  it('accept any spelling of the number and write an audit entry', async () => {
    const { id, mobileNumber: number, client } = await newUser(product);
    const spelt = [number.slice(0, 3), number.slice(3, 8), number.slice(8)];
    expect(await run('grant', ...spelt)).toEqual(says(0, `The account ${id} is an admin now`));
    expect((await client.get('/admin/api/users?limit=1')).status).toBe(200);
    expect(await run('grant', number)).toEqual(says(0, 'is an admin already'));
    expect(await run('revoke', number)).toEqual(says(0, `The account ${id} is no admin now`));
    expect((await client.get('/admin/api/users?limit=1')).status).toBe(404);
    expect(await entries(id)).toEqual([
      { action: 'role.grant', actor_id: null },
      { action: 'role.revoke', actor_id: null },
    ]);
  });

  it('once admin:revoke has returned, every file and every request of the former admin is 404, on every process', async () => {
    const twin = await startTwin(product, { WORKER: 'separate' });
    try {
      const { mobileNumber: number, client, token } = await newUser(product, { role: 'admin' });
      const { headers } = await client.post('/admin/api/page-session');
      const cookie = headers.get('set-cookie')!.split(';', 1)[0]!;
      const seen = () =>
        Promise.all(
          [product, twin].flatMap((on) => [
            on.client.get('/admin/', { headers: { cookie }, undocumented: true }),
            on.client.request('HEAD', '/admin', { headers: { cookie }, undocumented: true }),
            on.client.as(token).get('/admin/api/users?limit=1'),
            on.client.as(token).get('/admin/api/queues'),
            on.client.as(token).post('/admin/api/page-session'),
          ]),
        ).then((answers) => new Set(answers.map(({ status }) => status)));
      expect(await seen()).toEqual(new Set([200]));
      expect(await run('revoke', number)).toEqual(says(0, 'is no admin now'));
      expect(await seen()).toEqual(new Set([404]));
      expect(await seen()).toEqual(new Set([404]));
    } finally {
      await twin.close();
    }
  });

  it('warn when the last admin is revoked', async () => {
    const [one, two] = [await newUser(product, { role: 'admin' }), await newUser(product, { role: 'admin' })];
    const first = await run('revoke', one.mobileNumber);
    expect(first.output).not.toContain('No admin is left');
    expect(await run('revoke', two.mobileNumber)).toEqual(says(0, 'No admin is left'));
  });

  it('warn that a number proven by the SMS sandbox alone does not count without it', async () => {
    const { mobileNumber } = await newUser(product, { sandbox: true });
    const real = {
      OTP_DELIVERY: 'webhook',
      SMS_WEBHOOK_URL: 'http://127.0.0.1:9/',
      SMS_WEBHOOK_SECRET: 'x'.repeat(24),
    };
    const { databaseUrl: DATABASE_URL } = product;
    expect(await command({ DATABASE_URL, ...real }, 'grant', mobileNumber)).toEqual(
      says(0, 'the role has no effect'),
    );
    expect((await run('grant', mobileNumber)).output).not.toContain('the role has no effect');
  });

  it.each([
    ['a number without an account', [newMobile()], 1, 'No account has this number'],
    ['what is no number', ['no-number'], 1, 'Not a valid mobile number'],
    ['nothing', [], 64, 'Give one mobile number'],
    ['two', [newMobile(), newMobile()], 64, 'Give one mobile number'],
    ['two words', ['A', 'B'], 64, 'Give one mobile number'],
    ['a question', ['--help'], 64, 'Give one mobile number'],
  ])('of %s it says what is wrong', async (_, words, code, output) => {
    expect(await run('grant', ...words)).toEqual(says(code, output));
  });

  it('name a database that cannot be reached, and need no other service', async () => {
    const DATABASE_URL = 'postgresql://no-user@127.0.0.1:1/none';
    expect(await command({ DATABASE_URL }, 'grant', newMobile())).toEqual(says(1, 'cannot be reached'));
  });
});

it('reach the embedded database with and without a running product', async () => {
  const DATA_DIR = newDataDir();
  const run = (...words: string[]) => command({ DATABASE_URL: '', DATA_DIR }, ...words);
  const number = newMobile();
  // Before the first start of all: the database exists and has no users.
  expect(await run('grant', number)).toEqual(says(1, 'No account has this number'));
  const product = await startEmbedded(DATA_DIR);
  const { user, client } = await signIn(product, number);
  expect(await run('grant', number)).toEqual(says(0, `The account ${user.id} is an admin now`));
  expect((await client.get('/admin/api/users')).body.data).toHaveLength(1);
  await product.close();
  expect(await run('revoke', number)).toEqual(says(0, 'No admin is left'));
});
