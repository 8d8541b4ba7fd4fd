import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { MAX_ROOMS } from '../../src/chatroom/room-limit.js';
import { finalReply } from '../support/conversations.js';
import { everythingIn } from '../support/everything-kept.js';
import {
  brokenRooms,
  EXCHANGE,
  FILE_SOURCE,
  importedRooms,
  importFilesWith,
  importInto,
  importWith,
  MESSAGES,
  newSource,
  oneRoom,
  onlyRoom,
  ROOMS,
  startImport,
  USERS,
} from '../support/importing.js';
import { deleteAccount, newMobile, signIn } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newDataDir } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

describe('an import', () => {
  it('lets a user sign in by code, find their history and continue', async () => {
    const mobile = newMobile();
    const environment = { DATABASE_URL: product.databaseUrl };
    const { code, output } = await startImport(environment, oneRoom(mobile, EXCHANGE), newSource()).ended;
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('messages: 2 rows: 2 new, 0 existed, 0 left out, 0 rejected'),
    ]);

    const { client, user, room, messages } = await onlyRoom(product, mobile);
    expect(user).toMatchObject({ name: 'Asha', tier: 'basic', has_password: false });
    expect(room).toMatchObject({
      name: 'Physics',
      name_source: 'user',
      message_count: 2,
      created_at: '2024-05-01T09:00:00.000Z',
      last_message_at: '2024-05-01T10:00:00.000Z',
    });
    expect(messages).toMatchObject([
      {
        seq: 1,
        role: 'user',
        content: 'Why is the sky blue?',
        created_at: '2024-05-01T10:00:00.000Z',
        parent_id: null,
      },
      {
        seq: 2,
        role: 'model',
        content: 'Because of scattering.',
        status: 'completed',
        finish_reason: 'stop',
      },
    ]);
    expect(messages[1]).toMatchObject({
      parent_id: messages[0].id,
      in_reply_to: messages[0].id,
      active: true,
    });

    const sent = await client.post(`/chatroom/${room.id}/message`, { content: 'And the sunset?' });
    expect(sent.body).toMatchObject({ message: { seq: 3, parent_id: messages[1].id }, reply: { seq: 4 } });
    expect(await finalReply({ client } as never, sent)).toMatchObject({ status: 'completed' });
    expect((await client.get('/user/usage')).body.used_today).toBe(1);
  });

  it('makes answers that can be streamed, regenerated and told apart', async () => {
    const mobile = newMobile();
    await importInto(product, oneRoom(mobile, EXCHANGE), newSource());
    const { client, room, messages } = await onlyRoom(product, mobile);
    const path = `/chatroom/${room.id}/messages/${messages[1].id}`;
    expect((await client.get(`${path}/stream`, { undocumented: true })).text).toContain('event: done');
    const again = await client.post(`${path}/regenerate`);
    expect(again.body).toMatchObject({ message: { id: messages[0].id }, reply: { seq: 3, active: true } });
    await finalReply({ client } as never, again);
    expect((await client.get(path)).body.active).toBe(false);
  });

  it('of the same files adds nothing and says so', async () => {
    const mobile = newMobile();
    const [csv, source] = [oneRoom(mobile, EXCHANGE), newSource()];
    await importInto(product, csv, source);
    const before = await importedRooms(product, [mobile]);
    const { code, output } = await importInto(product, csv, source);
    expect([code, output]).toEqual([0, expect.stringContaining('Nothing new: everything exists already.')]);
    expect(await importedRooms(product, [mobile])).toEqual(before);
  });

  it('run again adds what the old backend received meanwhile', async () => {
    const mobile = newMobile();
    const source = newSource();
    const more = `3,7,user,And the sea?,2024-05-02T10:00:00Z\n4,7,gemini,It mirrors it.,2024-05-02T10:00:02Z\n`;
    await importInto(product, oneRoom(mobile, EXCHANGE), source);
    await importInto(product, oneRoom(mobile, EXCHANGE + more), source);
    const inTwo = await importedRooms(product, [mobile]);
    await product.rows('delete from users where mobile_number = $1', [mobile]);
    await importInto(product, oneRoom(mobile, EXCHANGE + more), newSource());
    expect(inTwo).toEqual(await importedRooms(product, [mobile]));
  });

  it('joins a late answer to its message', async () => {
    const mobile = newMobile();
    const source = newSource();
    const [question, answer] = EXCHANGE.split('\n');
    await importInto(product, oneRoom(mobile, `${question}\n`), source);
    // A file without the message: it is named.
    const header = MESSAGES.replace('created_at', 'created_at,parent_id');
    const { code } = await importInto(
      product,
      oneRoom(mobile, `${answer},1\n3,7,ai,Scattering!,2024-05-01T10:05:00Z,1\n`, header),
      source,
    );
    const { messages } = await onlyRoom(product, mobile);
    expect([code, messages]).toMatchObject([
      0,
      [{ seq: 1 }, { seq: 2, active: false }, { seq: 3, active: true }],
    ]);
    expect(messages[2].in_reply_to).toBe(messages[0].id);
  });

  it('puts late messages behind newer ones of a room that was continued', async () => {
    const mobile = newMobile();
    const source = newSource();
    await importInto(product, oneRoom(mobile, EXCHANGE), source);
    const { client, room } = await onlyRoom(product, mobile);
    const sent = await client.post(`/chatroom/${room.id}/message`, { content: 'here' });
    await finalReply({ client } as never, sent);
    const late = `3,7,user,there,2024-05-02T10:00:00Z\n4,7,gemini,yes,2024-05-02T10:00:02Z\n`;
    const { output } = await importInto(product, oneRoom(mobile, EXCHANGE + late), source);
    expect(output).toContain('1 × rooms that were used here after their import');
    const { messages } = await onlyRoom(product, mobile);
    expect(
      messages.map(({ seq, content }: { seq: number; content: string }) => [seq, content]).slice(4),
    ).toEqual([
      [5, 'there'],
      [6, 'yes'],
    ]);
    const next = await client.post(`/chatroom/${room.id}/message`, { content: 'next' });
    expect(next.body.message).toMatchObject({ seq: 7, parent_id: sent.body.reply.id });
    await finalReply({ client } as never, next);
  });

  it('gives a number that moved to another old user no access to foreign chats', async () => {
    const [number, newer] = [newMobile(), newMobile()];
    const source = newSource();
    await importInto(product, oneRoom(number, EXCHANGE), source);
    const later = {
      users: `${USERS}1,${newer},Asha,basic\n2,${number},Ravi,basic\n`,
      rooms: `${ROOMS}7,1,Physics,2024-05-01T09:00:00Z\n8,2,Travel,2024-06-01T09:00:00Z\n`,
      messages: MESSAGES,
    };
    const { code, rejected } = await importInto(product, later, source);
    expect([code, rejected.users, rejected.rooms]).toEqual([
      expect.any(Number),
      expect.stringContaining('3,"the number belongs here to another old user'),
      expect.stringContaining('3,"the user of the room was not imported"'),
    ]);
    expect((await onlyRoom(product, number)).room.name).toBe('Physics');
  });

  it('does not restore rooms that their owner deleted', async () => {
    const mobile = newMobile();
    const [csv, source] = [oneRoom(mobile, EXCHANGE), newSource()];
    await importInto(product, csv, source);
    const { client, room } = await onlyRoom(product, mobile);
    await client.delete(`/chatroom/${room.id}`);
    const { code, output } = await importInto(product, csv, source);
    expect([code, output]).toEqual([0, expect.stringContaining('2 left out (deleted here since)')]);
    expect((await client.get('/chatroom')).body.data).toEqual([]);
  });

  it('does not restore an account that its owner deleted', async () => {
    const mobile = newMobile();
    const [csv, source] = [oneRoom(mobile, EXCHANGE), newSource()];
    await importInto(product, csv, source);
    const { client } = await signIn(product, mobile);
    expect((await client.delete('/user/me')).status).toBe(204);
    const { code, output } = await importInto(product, csv, source);
    expect([code, output]).toEqual([0, expect.stringContaining('2 left out (deleted here since)')]);
    expect(await product.rows('select from users where mobile_number = $1', [mobile])).toEqual([]);
  });

  it('leaves no trace of a deleted account, also where its old id was the number', async () => {
    const mobile = newMobile();
    const csv = {
      users: `${USERS}${mobile},${mobile},Asha,basic\n`,
      rooms: `${ROOMS}${mobile}-1,${mobile},Physics,\n`,
      messages: `${MESSAGES}${mobile}-1-1,${mobile}-1,user,Why?,\n`,
    };
    expect((await importInto(product, csv, newSource())).code).toBe(0);
    await deleteAccount(await signIn(product, mobile));
    const kept = (await everythingIn(product, 'public')).split('\n');
    expect(kept.filter((row) => row.includes(mobile.slice(1)))).toEqual([]);
  });

  it('a number that has an account is that account, with its own profile; two old users of one number are one', async () => {
    const { user, client, mobileNumber } = await signIn(product);
    await client.patch('/user/me', { name: 'Mine' });
    const csv = {
      users: `${USERS}1,${mobileNumber},Old,pro\n2,0${mobileNumber.slice(3)},Older,basic\n`,
      rooms: `${ROOMS}7,1,First,\n8,2,Second,\n`,
      messages: MESSAGES,
    };
    const environment = { DATABASE_URL: product.databaseUrl, DEFAULT_COUNTRY: 'IN' };
    const { output } = await importWith(environment, csv, newSource());
    expect(output).toContain('0 new accounts, 2 mapped to the account of their number');
    expect(output).toContain('1 × marked as Pro');
    expect((await client.get('/user/me')).body).toMatchObject({ id: user.id, name: 'Mine', tier: 'basic' });
    const names = (await client.get('/chatroom')).body.data.map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual(['First', 'Second']);
  });
});

describe('passwords', () => {
  const PASSWORD = 'three green parrots';
  const withHash = (mobile: string, passwordHash: string) => ({
    users: `id,mobile,password_hash\n1,${mobile},"${passwordHash}"\n`,
    rooms: ROOMS,
    messages: MESSAGES,
  });
  const logIn = async (mobile: string) =>
    (await product.client.post('/auth/login', { mobile_number: mobile, password: PASSWORD })).status;

  it('are imported where they are argon2id and the option is set', async () => {
    const mobile = newMobile();
    const phc = await hash(PASSWORD, { memoryCost: 65_536, timeCost: 3, parallelism: 4 });
    await importInto(product, withHash(mobile, phc), newSource(), '--with-passwords');
    expect(await logIn(mobile)).toBe(200);
  });

  it.each([
    ['the option is not set', async () => hash(PASSWORD), []],
    [
      'it is bcrypt',
      async () => '$2b$12$LJ3m4ys3Lk0TSwHjPmFnKe7nVhQ8mR5kz1hYb0u3gq5W8c2pXhZ1e',
      ['--with-passwords'],
    ],
    ['it costs too much to check', async () => hash(PASSWORD, { memoryCost: 262_144 }), ['--with-passwords']],
  ])('stay behind where %s: a code signs in', async (_, makeHash, flags) => {
    const mobile = newMobile();
    const { code, output } = await importInto(
      product,
      withHash(mobile, await makeHash()),
      newSource(),
      ...flags,
    );
    expect([code, output]).toEqual([0, expect.stringContaining('1 × password left out')]);
    expect(await logIn(mobile)).toBe(401);
    await signIn(product, mobile);
  });
});

describe('the command', () => {
  it('prints its usage and names a missing file', async () => {
    const nothing = { users: '', rooms: '', messages: '' };
    const environment = { DATABASE_URL: product.databaseUrl };
    const { code, output } = await startImport(environment, nothing, '--source=a b').ended;
    expect([code, output]).toEqual([64, expect.stringContaining('npm run import --')]);
    expect((await importInto(product, nothing, 'more.csv')).code).toBe(64);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ])('takes no %s for a file', async (_, make) => {
    const path = join(newDataDir(), 'users.csv');
    make(path);
    const environment = { DATABASE_URL: product.databaseUrl };
    const { code, output } = await importFilesWith(environment, [path, path, path]);
    expect([code, output]).toEqual([66, 'users.csv is not a file. Nothing was imported.\n']);
  });
});

it('a room past the room limit is rejected with its messages; two old users of a number become one', async () => {
  const mobile = newMobile();
  const { client, user } = await signIn(product, mobile);
  await client.post('/chatroom');
  await product.rows('update room_counts set rooms = $2 where user_id = $1', [user.id, MAX_ROOMS - 2]);
  const csv = {
    users: `${USERS}1,${mobile},Asha,basic\n2,${mobile},Asha,basic\n`,
    rooms: `${ROOMS}${[1, 2, 1].map((owner, nth) => `${nth},${owner},Physics,2024-05-01T09:00:00Z\n`).join('')}`,
    messages: `${MESSAGES}1,2,user,Why?,2024-05-01T10:00:00Z\n`,
  };
  const { rejected } = await importInto(product, csv, newSource());
  expect(rejected.rooms).toContain(`4,"the user of the room would have more than ${MAX_ROOMS} rooms here"`);
  expect(rejected.messages).toContain('2,"the room of the message was not imported"');
  expect(await product.rows('select from chatrooms where user_id = $1', [user.id])).toHaveLength(3);
  expect((await client.post('/chatroom')).status).toBe(409);
});

it('imported rooms equal rooms of the product', async () => {
  const sources = `${FILE_SOURCE}%`;
  const rooms = await product.rows(
    `select from chatrooms where id in (select id from imported_rows where source like $1)`,
    [sources],
  );
  expect(rooms.length).toBeGreaterThan(5);
  expect(await brokenRooms(product, sources)).toEqual([]);
});
