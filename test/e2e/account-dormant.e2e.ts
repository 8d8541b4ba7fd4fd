import { eventually } from '../support/eventually.js';
import { addJob } from '../support/jobs.js';
import { newUser, signIn, type TestUser } from '../support/people.js';
import { newDatabase } from '../support/processes.js';
import { sharedProduct, startProduct, type Product } from '../support/product.js';
import { someoneWithRoom } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

const isThere = async ({ id }: TestUser) =>
  (await product.rows('select 1 from users where id = $1', [id])).length === 1;

describe('a dormant account', () => {
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

  it('is deleted at night after a year, so that the number’s next owner cannot read its chats', async () => {
    const { user } = await someoneWithRoom(product);
    await unused(user, 366);
    await night();
    const next = await signIn(product, user.mobileNumber);
    expect((await next.client.get('/chatroom')).body.data).toEqual([]);
    expect(next.user.id).not.toBe(user.id);
  });

  it('stays for less than a year', async () => {
    const user = await newUser(product);
    await unused(user, 364);
    await night();
    expect(await isThere(user)).toBe(true);
  });

  it('stays when a token of it is used again; that is written once a day, and not for an ended session', async () => {
    const used = async (hoursAgo: number, isEnded: boolean) => {
      const user = await newUser(product);
      await product.rows(
        'update users set last_active_at = now() - make_interval(hours => $2) where id = $1',
        [user.id, hoursAgo],
      );
      if (isEnded) await product.rows('update sessions set ended_at = now() where id = $1', [user.sessionId]);
      const { status } = await user.client.get('/user/me');
      const [row] = await product.rows<{ noted: boolean }>(
        `select last_active_at > now() - interval '1 minute' as noted from users where id = $1`,
        [user.id],
      );
      return [status, row!.noted];
    };
    expect(await used(366 * 24, false)).toEqual([200, true]);
    expect(await used(25, false)).toEqual([200, true]);
    expect(await used(23, false)).toEqual([200, false]);
    expect(await used(366 * 24, true)).toEqual([401, false]);
  });

  it('stays while it is paid for, and while it is suspended', async () => {
    const [pro, suspended] = [await newUser(product, { tier: 'pro' }), await newUser(product)];
    await product.rows('update users set suspended_at = now() where id = $1', [suspended.id]);
    for (const user of [pro, suspended]) await unused(user, 366);
    await night();
    for (const user of [pro, suspended]) expect(await isThere(user)).toBe(true);
  });

  it('is deleted although the deletion of an earlier account fails', async () => {
    const stuck = await newUser(product);
    await product.rows(
      `create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
       create trigger refuse before delete on users for each row when (old.id = '${stuck.id}') execute function refuse()`,
    );
    await unused(stuck, 366);
    await night();
    expect(await isThere(stuck)).toBe(true);
    await product.rows('drop function refuse cascade');
  });

  it('is deleted also where Pro is the default tier, unless an operator granted Pro', async () => {
    const generous = await startProduct({
      DEFAULT_TIER: 'pro',
      BILLING: 'off',
      DATABASE_URL: await newDatabase(),
    });
    const [user, granted] = [
      await newUser(generous, { tier: 'pro' }),
      await newUser(generous, { tier: 'pro' }),
    ];
    await generous.rows(`update users set pro_granted_until = now() + interval '1 day' where id = $1`, [
      granted.id,
    ]);
    await generous.rows(`update users set last_active_at = now() - interval '366 days'`);
    await addJob(generous, 'maintenance', 'nightly');
    const ids = () => generous.rows<{ id: string }>('select id from users');
    await eventually(async () => !(await ids()).some(({ id }) => id === user.id));
    expect(await ids()).toEqual([{ id: granted.id }]);
    await generous.close();
  });

  it('counts as in use again from the first request', async () => {
    const user = await newUser(product);
    await unused(user, 366);
    await user.client.get('/user/me');
    await night();
    expect(await isThere(user)).toBe(true);
  });
});
