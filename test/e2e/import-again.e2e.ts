import { importInto, newSource, untold } from '../support/importing.js';
import { deleteAccount, newMobile, signIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

/** Two people with a room each, and a message and its answer in both. */
const twoPeople = ([one, two]: string[]) => ({
  users: `id,mobile\n1,${one}\n2,${two}\n`,
  rooms: 'id,user_id,title\n7,1,Physics\n8,2,Music\n',
  messages: 'id,room_id,role,content\n1,7,user,Why?\n2,7,model,So.\n3,8,user,How?\n4,8,model,Thus.\n',
});

/** Two imported users, of whom the first has deleted the account. */
async function afterDeletion() {
  const mobiles = [newMobile(), newMobile()];
  const [csv, source] = [twoPeople(mobiles), newSource()];
  await importInto(product, csv, source);
  await deleteAccount(await signIn(product, mobiles[0]));
  return { mobiles, csv, source };
}

describe('a second import accounts for every row', () => {
  it('as new, joined, present, left out or rejected', async () => {
    const { mobiles, csv, source } = await afterDeletion();
    const { client } = await signIn(product, mobiles[1]);
    const [room] = (await client.get('/chatroom')).body.data;
    await client.delete(`/chatroom/${room.id}`);
    const more = {
      users: `${csv.users}2,${newMobile()}\n3,${newMobile()}\n4,${mobiles[1]}\n5,12\n`,
      rooms: `${csv.rooms}9,1,Of a deleted user\n10,3,New\n11,5,Lost\n`,
      messages: `${csv.messages}5,9,user,x\n6,10,model,hello\n7,10,user,x\n7,10,user,x\n8,11,user,x\n9,8,user,x\n9,8,user,x\n`,
    };
    const { output } = await importInto(product, more, source);
    expect(untold(output)).toEqual([]);
    expect(output).toContain(
      'users: 6 rows: 1 new accounts, 1 mapped to the account of their number, 1 existed, 1 left out (deleted here since), 2 rejected.',
    );
    expect(output).toContain('rooms: 5 rows: 1 new, 0 existed, 3 left out (deleted here since), 1 rejected');
    expect(output).toContain('messages: 11 rows: 1 new, 0 existed, 7 left out (deleted here since), 3');
  });

  it('also as a dry run before the first import and after a deletion', async () => {
    const { csv, source } = await afterDeletion();
    const { output } = await importInto(product, csv, source, '--dry-run');
    expect(untold(output)).toEqual([]);
    expect(output).toContain(
      'users: 2 rows: 0 would be new or mapped to the account of their number, 1 existed, 1 left',
    );
    const first = await importInto(product, twoPeople([newMobile(), newMobile()]), newSource(), '--dry-run');
    expect([untold(first.output), first.output]).toEqual([
      [],
      expect.stringContaining('4 would be new, 0 existed'),
    ]);
  });

  it('and says whether everything is there when nothing is new', async () => {
    const { csv, source } = await afterDeletion();
    const { code, output } = await importInto(product, csv, source);
    expect([code, untold(output)]).toEqual([0, []]);
    expect(output).toContain('Nothing new: everything exists already, or was deleted here.');
    expect(output).toContain(
      'messages: 4 rows: 0 new, 2 existed, 2 left out (deleted here since), 0 rejected',
    );
    const wrong = await importInto(product, { ...csv, users: `${csv.users}3,12\n` }, source);
    expect(wrong.output).toContain('Nothing new: everything else exists already, or was deleted here.');
  });
});

it('later rows of an old user do not reach a new account of the number after a deletion', async () => {
  const { mobiles, csv, source } = await afterDeletion();
  const { client, user } = await signIn(product, mobiles[0]);
  const rooms = `${csv.rooms}9,1,Diary\n`;
  const messages = `${csv.messages}5,9,user,secret\n6,7,user,secret\n`;
  const { output } = await importInto(product, { ...csv, rooms, messages }, source);
  expect(output).toContain('rooms: 3 rows: 0 new, 1 existed, 2 left out');
  expect((await client.get('/chatroom')).body.data).toEqual([]);
  expect(await product.rows('select from messages where user_id = $1', [user.id])).toEqual([]);
});

it('later rows of an old user follow the account to its new number', async () => {
  const mobiles = [newMobile(), newMobile()];
  const [csv, source] = [twoPeople(mobiles), newSource()];
  await importInto(product, csv, source);
  const moved = newMobile();
  await product.rows('update users set mobile_number = $2 where mobile_number = $1', [mobiles[0], moved]);
  const { client: stranger } = await signIn(product, mobiles[0]);
  await importInto(product, { ...csv, rooms: `${csv.rooms}9,1,Diary\n` }, source);
  expect((await stranger.get('/chatroom')).body.data).toEqual([]);
  const { client } = await signIn(product, moved);
  expect((await client.get('/chatroom')).body.data).toHaveLength(2);
});

it('equal old ids of two old backends are different people and rooms', async () => {
  const [here, there] = [
    [newMobile(), newMobile()],
    [newMobile(), newMobile()],
  ];
  await importInto(product, twoPeople(here), newSource());
  const { output } = await importInto(product, twoPeople(there), newSource());
  expect(output).toContain('messages: 4 rows: 4 new');
  for (const mobile of [...here, ...there]) {
    const { client } = await signIn(product, mobile);
    expect((await client.get('/chatroom')).body.data).toMatchObject([{ message_count: 2 }]);
  }
});

it.each(['a b', '', 'a'.repeat(65), "x'; drop table users; --", 'a\n', 'naïve', '../x'])(
  'no name of an old backend: %j',
  async (name) => {
    const csv = twoPeople([newMobile(), newMobile()]);
    const { code, output } = await importInto(product, csv, `--source=${name}`);
    expect([code, output]).toEqual([64, expect.stringContaining('--source=<name>')]);
  },
);
