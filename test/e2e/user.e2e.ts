import { newUser, signIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct({
    LLM_MODELS: 'gemini-flash-latest|Flash,gemini-pro-latest|Pro|pro',
    BILLING: 'off',
    WORKER: 'separate',
  });
});
afterAll(() => product.close());

it('GET /user/me is the signed-in person', async () => {
  const { client, user, mobileNumber } = await signIn(product);
  const { body } = await client.get('/user/me');
  expect(body).toEqual(user);
  expect(body).toEqual({
    id: expect.any(String),
    mobile_number: mobileNumber,
    name: null,
    email: null,
    email_verified: false,
    tier: 'basic',
    role: 'user',
    has_password: false,
    created_at: expect.stringMatching(/Z$/),
    updated_at: expect.stringMatching(/Z$/),
  });
});

it('PATCH /user/me changes what is given, and null clears', async () => {
  const { client } = await newUser(product);
  const patch = (body: object) => client.patch('/user/me', body);
  expect((await patch({ name: '  Zoë 🎈 ', email: 'zoe@example.com' })).body).toMatchObject({
    name: 'Zoë 🎈',
    email: 'zoe@example.com',
    email_verified: false,
  });
  expect((await patch({ full_name: 'Zoë' })).body).toMatchObject({ name: 'Zoë', email: 'zoe@example.com' });
  expect((await patch({ email: null })).body).toMatchObject({ name: 'Zoë', email: null });
  expect((await patch({})).body).toMatchObject({ name: 'Zoë' });
});

it.each([
  [{ name: '   ' }, 'too_short'],
  [{ name: 'x'.repeat(101) }, 'too_long'],
  [{ name: 'a\u0000b' }, 'invalid_characters'],
  [{ name: 5 }, 'invalid_type'],
  [{ email: 'no-number' }, 'invalid'],
  [{ tier: 'pro' }, 'unknown_field'],
  [{ mobile_number: '+919876543210' }, 'unknown_field'],
  [{ name: 'a', full_name: 'b' }, 'alias_conflict'],
])('PATCH /user/me refuses %j', async (body, code) => {
  const { client } = await newUser(product);
  expect(await client.patch('/user/me', body)).toMatchObject({ status: 400, body: { errors: [{ code }] } });
});

it('a tier that has ended is basic', async () => {
  const { client, id } = await newUser(product, { tier: 'pro' });
  await product.rows(`update users set tier_ends_at = now() - interval '1 second' where id = $1`, [id]);
  expect((await client.get('/user/me')).body.tier).toBe('basic');
});

it('GET /user/me/export omits the billing sections where billing is off', async () => {
  const { client } = await newUser(product);
  const { status, body } = await client.get('/user/me/export');
  expect(status).toBe(200);
  expect(Object.keys(body)).not.toContain('subscriptions');
  expect(body.account).toHaveLength(1);
});

it('GET /models lists the models with who may choose them', async () => {
  const { client } = await newUser(product);
  expect(await client.get('/models')).toMatchObject({
    status: 200,
    body: {
      data: [
        { id: 'gemini-flash-latest', label: 'Flash', default: true, tiers: ['basic', 'pro'] },
        { id: 'gemini-pro-latest', label: 'Pro', default: false, tiers: ['pro'] },
      ],
      next_cursor: null,
    },
  });
});

it.each([
  ['GET', '/user/me'],
  ['PATCH', '/user/me'],
  ['GET', '/models'],
  ['GET', '/auth/sessions'],
  ['DELETE', '/auth/sessions'],
  ['DELETE', '/auth/sessions/019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f'],
  ['POST', '/auth/change-password'],
])('%s %s needs a token', async (method, path) => {
  expect(await product.client.request(method, path)).toMatchObject({
    status: 401,
    body: { code: 'unauthenticated' },
  });
});
