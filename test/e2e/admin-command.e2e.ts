import { runAdmin, runAdminProgram, says } from '../support/admin-command.js';
import { bareDatabase } from '../support/importing.js';
import { newMobile, newUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { startTwin } from '../support/rooms.js';

describe('admin:grant and admin:revoke', () => {
  let product: Product;
  beforeAll(async () => {
    product = await sharedProduct();
  });
  afterAll(() => product.close());
  const run = (...words: string[]) => runAdmin({ DATABASE_URL: product.databaseUrl }, ...words);
  const entries = (userId: string) =>
    product.rows('select action, actor_id from audit_log where user_id = $1 order by id', [userId]);

  it('accept any spelling of the number and write an audit entry', async () => {
    const { id, mobileNumber: number, client } = await newUser(product);
    const spelt = [number.slice(0, 3), number.slice(3, 8), number.slice(8)];
    const { databaseUrl: DATABASE_URL } = product;
    expect(await runAdminProgram({ DATABASE_URL }, 'grant', ...spelt)).toEqual(
      says(0, `The account ${id} is an admin now`),
    );
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
    // The product's database has other admins.
    const { databaseUrl: DATABASE_URL, rows, close } = await bareDatabase();
    const { client, jwtSecret } = product;
    const newAdmin = () => newUser({ rows, client, jwtSecret }, { role: 'admin' });
    const [one, two] = [await newAdmin(), await newAdmin()];
    await close();
    const first = await runAdmin({ DATABASE_URL }, 'revoke', one.mobileNumber);
    expect(first.output).not.toContain('No admin is left');
    expect(await runAdmin({ DATABASE_URL }, 'revoke', two.mobileNumber)).toEqual(says(0, 'No admin is left'));
  });

  it('warn that a number proven by the SMS sandbox alone does not count without it', async () => {
    const { mobileNumber } = await newUser(product, { sandbox: true });
    const real = {
      OTP_DELIVERY: 'webhook',
      SMS_WEBHOOK_URL: 'http://127.0.0.1:9/',
      SMS_WEBHOOK_SECRET: 'x'.repeat(24),
    };
    const { databaseUrl: DATABASE_URL } = product;
    expect(await runAdmin({ DATABASE_URL, ...real }, 'grant', mobileNumber)).toEqual(
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
    expect(await runAdminProgram({ DATABASE_URL }, 'grant', newMobile())).toEqual(
      says(1, 'cannot be reached'),
    );
  });
});
