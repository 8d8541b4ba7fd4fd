import { eventually } from '../support/eventually.js';
import { addJob } from '../support/jobs.js';
import { newUser, signIn, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const isThere = async ({ id }: TestUser) =>
  (await product.rows('select 1 from users where id = $1', [id])).length === 1;

describe('an account that nobody uses', () => {
  const unused = async (user: TestUser, days: number) =>
    product.rows('update users set last_active_at = now() - make_interval(days => $2) where id = $1', [
      user.id,
      days,
    ]);
  const night = async () => {
    const witness = await newUser(product);
    await unused(witness, 366);
    await addJob(product, 'maintenance', 'nightly');
    await eventually(async () => !(await isThere(witness)));
  };

  it('for a year is deleted at night, so that the number’s next owner does not open its chats', async () => {
    const { user } = await someoneWithRoom(product);
    await unused(user, 366);
    await night();
    const next = await signIn(product, user.mobileNumber);
    expect((await next.client.get('/chatroom')).body.data).toEqual([]);
    expect(next.user.id).not.toBe(user.id);
  });

  it('for less than a year stays', async () => {
    const user = await newUser(product);
    await unused(user, 364);
    await night();
    expect(await isThere(user)).toBe(true);
  });

  it('stays while it is paid for, and while it is suspended', async () => {
    const [pro, suspended] = [await newUser(product, { tier: 'pro' }), await newUser(product)];
    await product.rows('update users set suspended_at = now() where id = $1', [suspended.id]);
    for (const user of [pro, suspended]) await unused(user, 366);
    await night();
    for (const user of [pro, suspended]) expect(await isThere(user)).toBe(true);
  });

  it('is in use again with the first request', async () => {
    const user = await newUser(product);
    await unused(user, 366);
    await user.client.get('/user/me');
    await night();
    expect(await isThere(user)).toBe(true);
  });
});
