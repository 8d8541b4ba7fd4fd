import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
import { finalReply } from '../support/conversations.js';
import { everythingIn } from '../support/everything-kept.js';
import {
  brokenRooms,
  importedRooms,
  importInto,
  newDataDir,
  startImport,
  startImportOf,
} from '../support/importing.js';
import { deleteAccount, newMobile, signIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const USERS = 'id,mobile,full_name,status\n';
const ROOMS = 'id,user_id,title,created_at\n';
const MESSAGES = 'id,chatroom_id,sender,text,created_at\n';

/** Old ids repeat between tests: each import has a name of its own. */
let imports = 0;
const newSource = () => `--source=test-${(imports += 1)}`;

/** One person with one room, and these messages. */
const oneRoom = (mobile: string, messages: string, header = MESSAGES) => ({
  users: `${USERS}1,${mobile},Asha,basic\n`,
  rooms: `${ROOMS}7,1,Physics,2024-05-01T09:00:00Z\n`,
  messages: header + messages,
});

const EXCHANGE = `1,7,user,Why is the sky blue?,2024-05-01T10:00:00Z
2,7,gemini,Because of scattering.,2024-05-01T10:00:02Z
`;

/** What the API shows of somebody's only room. */
async function onlyRoom(mobile: string) {
  const { client, user } = await signIn(product, mobile);
  const { data } = (await client.get('/chatroom')).body;
  const room = (await client.get(`/chatroom/${data[0].id}`)).body;
  return { client, user, rooms: data.length as number, room, messages: room.messages.data.toReversed() };
}

describe('moving in', () => {
  it('somebody signs in by code, finds everything and goes on', async () => {
    const mobile = newMobile();
    const { code, output } = await importInto(product, oneRoom(mobile, EXCHANGE), newSource());
    expect([code, output]).toEqual([
      0,
      expect.stringContaining('messages: 2 rows: 2 new, 0 were there, 0 left out, 0 rejected'),
    ]);

    const { client, user, room, messages } = await onlyRoom(mobile);
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

  it('an imported answer can be streamed, regenerated and told from the old one', async () => {
    const mobile = newMobile();
    await importInto(product, oneRoom(mobile, EXCHANGE), newSource());
    const { client, room, messages } = await onlyRoom(mobile);
    const path = `/chatroom/${room.id}/messages/${messages[1].id}`;
    expect((await client.get(`${path}/stream`, { undocumented: true })).text).toContain('event: done');
    const again = await client.post(`${path}/regenerate`);
    expect(again.body).toMatchObject({ message: { id: messages[0].id }, reply: { seq: 3, active: true } });
    await finalReply({ client } as never, again);
    expect((await client.get(path)).body.active).toBe(false);
  });

  it('the same files again add nothing, and say so', async () => {
    const mobile = newMobile();
    const [csv, source] = [oneRoom(mobile, EXCHANGE), newSource()];
    await importInto(product, csv, source);
    const before = await importedRooms(product, [mobile]);
    const { code, output } = await importInto(product, csv, source);
    expect([code, output]).toEqual([0, expect.stringContaining('Nothing new: everything was there.')]);
    expect(await importedRooms(product, [mobile])).toEqual(before);
  });

  it('what the old backend got meanwhile is added by a second run', async () => {
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

  it('a late answer joins the message that it answers', async () => {
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
    const { messages } = await onlyRoom(mobile);
    expect([code, messages]).toMatchObject([
      0,
      [{ seq: 1 }, { seq: 2, active: false }, { seq: 3, active: true }],
    ]);
    expect(messages[2].in_reply_to).toBe(messages[0].id);
  });

  it('a room in which somebody has gone on keeps that; late messages stand behind it', async () => {
    const mobile = newMobile();
    const source = newSource();
    await importInto(product, oneRoom(mobile, EXCHANGE), source);
    const { client, room } = await onlyRoom(mobile);
    const sent = await client.post(`/chatroom/${room.id}/message`, { content: 'here' });
    await finalReply({ client } as never, sent);
    const late = `3,7,user,there,2024-05-02T10:00:00Z\n4,7,gemini,yes,2024-05-02T10:00:02Z\n`;
    const { output } = await importInto(product, oneRoom(mobile, EXCHANGE + late), source);
    expect(output).toContain('1 × rooms in which somebody has gone on here');
    const { messages } = await onlyRoom(mobile);
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

  it('a number that has gone to another old user since opens nobody else’s chats', async () => {
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
      expect.stringContaining('3,"its number is that of another old user here'),
      expect.stringContaining('3,"its user is not there"'),
    ]);
    expect((await onlyRoom(number)).room.name).toBe('Physics');
  });

  it('what its owner has deleted here does not come back', async () => {
    const mobile = newMobile();
    const [csv, source] = [oneRoom(mobile, EXCHANGE), newSource()];
    await importInto(product, csv, source);
    const { client, room } = await onlyRoom(mobile);
    await client.delete(`/chatroom/${room.id}`);
    const { code, output } = await importInto(product, csv, source);
    expect([code, output]).toEqual([0, expect.stringContaining('2 left out (deleted here since)')]);
    expect((await client.get('/chatroom')).body.data).toEqual([]);
  });

  it('an account that its owner has deleted here does not come back', async () => {
    const mobile = newMobile();
    const [csv, source] = [oneRoom(mobile, EXCHANGE), newSource()];
    await importInto(product, csv, source);
    const { client } = await signIn(product, mobile);
    expect((await client.delete('/user/me')).status).toBe(204);
    const { code, output } = await importInto(product, csv, source);
    expect([code, output]).toEqual([0, expect.stringContaining('2 left out (deleted here since)')]);
    expect(await product.rows('select from users where mobile_number = $1', [mobile])).toEqual([]);
  });

  it('a deleted account leaves nothing behind, also where its old id was the number', async () => {
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
    const { output } = await startImport(
      { DATABASE_URL: product.databaseUrl, DEFAULT_COUNTRY: 'IN' },
      csv,
      newSource(),
    ).ended;
    expect(output).toContain('0 new accounts, 2 joined one of their number');
    expect(output).toContain('1 × said to be Pro');
    expect((await client.get('/user/me')).body).toMatchObject({ id: user.id, name: 'Mine', tier: 'basic' });
    const names = (await client.get('/chatroom')).body.data.map(({ name }: { name: string }) => name);
    expect(names.toSorted()).toEqual(['First', 'Second']);
  });
});

describe('the files', () => {
  it('take other names of columns, BOM, CRLF, quotes, line breaks, tabs, backslashes and emoji', async () => {
    const mobile = newMobile();
    const text = 'He said "hi",\r\nthen:\t\\N \\. 👩‍👩‍👧 नमस्ते';
    const csv = {
      users: `\ufeffUser_ID,phone,name\r\na-1,${mobile},"Asha ""A"" Rao"\r\n`,
      rooms: `id,userId,system_prompt\r\nr/1,a-1,Be brief.\r\n`,
      messages: `\ufeffmessageId,chatroomId,role,message,timestamp\r\n\r\nm1,r/1,human,"${text.replaceAll('"', '""')}",1714557600\r\nm2,r/1,Assistant, kept as it is ,1714557600123\r\n`,
    };
    const { code, output } = await importInto(product, csv, newSource());
    expect([code, output]).toEqual([0, expect.stringContaining('2 new')]);
    const { user, room, messages } = await onlyRoom(mobile);
    expect(user.name).toBe('Asha "A" Rao');
    expect(room).toMatchObject({ name: 'He said "hi",', name_source: 'message', system_prompt: 'Be brief.' });
    expect(messages).toMatchObject([
      { content: text, created_at: '2024-05-01T10:00:00.000Z' },
      { content: ' kept as it is ', created_at: '2024-05-01T10:00:00.123Z' },
    ]);
  });

  it('hold what COPY has a meaning for in any column, and it comes over as it is', async () => {
    const mobile = newMobile();
    const odd = 'a\\.\t\\N\\\n\\.\r\n\\x41\u0008\v|\u2028z\\';
    const csv = {
      users: `id,mobile,name\n"u${odd}",${mobile},"${odd}"\n`,
      rooms: `id,user_id,title,system_prompt\n"r${odd}","u${odd}","${odd}","${odd}"\n`,
      messages: `id,room_id,role,content,in_reply_to\n"m${odd}","r${odd}",user,"${odd}",\nn,"r${odd}",user,more,\no,"r${odd}",model,"${odd}","m${odd}"\n`,
    };
    const { code, output } = await importInto(product, csv, newSource());
    expect([code, output]).toEqual([0, expect.stringContaining('3 new')]);
    const { user, room, messages } = await onlyRoom(mobile);
    expect([user.name, room.name, room.system_prompt]).toEqual([odd, odd, odd]);
    expect(messages).toMatchObject([{ content: odd }, {}, { content: odd, in_reply_to: messages[0].id }]);
  });

  it('with NUL in any column are rejected by row', async () => {
    const csv = {
      users: 'id,mobile,name\n1\0,x,\n2,\0,\n3,x,\0\n',
      rooms: 'id,user_id,title,system_prompt\n\0,1,,\n1,\0,,\n1,1,\0,\n1,1,,\0\n',
      messages: 'id,room_id,role,content,in_reply_to\n\0,1,user,x,\n1,\0,user,x,\n1,1,model,x,\0\n',
    };
    const { rejected } = await importInto(product, csv, newSource());
    const reasons = Object.values(rejected).flatMap((report) => report!.split('\n').slice(1, -1));
    expect(reasons).toHaveLength(10);
    expect(reasons.filter((reason) => !reason.endsWith(',"it holds NUL"'))).toEqual([]);
  });

  it('may be in any order: time makes it, and microseconds count', async () => {
    const mobile = newMobile();
    const rows = `2,7,gemini,second,2024-05-01 10:00:00.000002+00\n1,7,user,first,2024-05-01T12:00:00.000001+02:00\n`;
    await importInto(product, oneRoom(mobile, rows), newSource());
    expect((await onlyRoom(mobile)).messages).toMatchObject([{ content: 'first' }, { content: 'second' }]);
  });

  it('without times are in the order of their rows', async () => {
    const mobile = newMobile();
    const rows = `b,7,me,one\na,7,bot,two\nc,7,me,three\n`;
    const { output } = await importInto(
      product,
      oneRoom(mobile, rows, 'id,room_id,role,content\n'),
      newSource(),
    );
    expect(output).toContain('3 × without a time');
    const { messages } = await onlyRoom(mobile);
    expect(messages.map(({ content }: { content: string }) => content)).toEqual(['one', 'two', 'three']);
  });

  it('have bad rows reported with line and reason, and the others come over', async () => {
    const mobile = newMobile();
    const csv = {
      users: `id,mobile\n1,${mobile}\n2,12\n3\n1,${newMobile()}\n`,
      rooms: `id,user_id,title\n7,1,"A\nB"\n8,2,Of the invalid one\n9,nobody,Lost\n`,
      messages: [
        'id,room_id,role,content,created_at',
        '0,7,model,Hello!,2024-05-01',
        '1,7,user,"two',
        'lines",2024-05-02',
        '2,7,wizard,x,2024-05-02',
        '3,7,user,  ,2024-05-02',
        '4,8,user,x,2024-05-02',
        '5,7,user,x,2024-02-30',
        '6,7,user,nul\0,2024-05-02',
        `7,7,user,${'x'.repeat(32_001)},2024-05-02`,
        '1,7,user,again,2024-05-03',
        '8,7,user,x,2124-05-02',
        '9,7,model,fine,2024-05-02T00:00:01Z',
        ',7,user,x,2024-05-02',
        '',
      ].join('\n'),
    };
    const { code, rejected, output } = await importInto(product, csv, newSource());
    expect(code).toBe(1);
    expect(linesOf(rejected.users)).toEqual([3, 4, 5]);
    expect(rejected.users).toContain('4,"it has 1 columns, the header has 2"');
    expect(linesOf(rejected.rooms)).toEqual([4, 5]);
    expect(linesOf(rejected.messages)).toEqual([2, 5, 6, 7, 8, 9, 10, 11, 12, 14]);
    expect(rejected.messages).toContain('5,"role is none of user, human');
    expect(output).toContain('messages.csv, line 10: content is longer than 32000 characters');
    const { messages } = await onlyRoom(mobile);
    expect(messages).toMatchObject([{ content: 'two\nlines' }, { content: 'fine' }]);
  });

  it.each([
    [
      'a wrong header',
      'id,chatroom_id,sender,created_at\n',
      65,
      'it has no column content, or text, or message',
    ],
    [
      'semicolons',
      'id;room_id;role;content\n1;7;user;x\n',
      65,
      'its header is one column: fields are separated by commas',
    ],
    ['tabs', 'id\troom_id\trole\tcontent\n', 65, 'its header is one column'],
    [
      'rooms in their place',
      ROOMS,
      65,
      'it has no column room_id, or chatroom_id (the order is users, rooms, messages)',
    ],
    ['a column twice', 'id,room_id,role,content,text\n', 65, 'two of its columns are content'],
    ['no header', '', 65, 'is empty'],
    [
      'a quote that is not closed',
      `${MESSAGES}1,7,user,"x,2024\n2,7,user,y,2024\n`,
      65,
      'the row that begins on line 2',
    ],
    [
      'a quote in the wrong place',
      `${MESSAGES}1,7,user,"a\r\nb",\n2,7,user,a "b",\n`,
      65,
      'begins on line 4',
    ],
    ['Latin-1', Buffer.from(`${MESSAGES}1,7,user,caf\xe9,\n`, 'latin1'), 65, 'is not UTF-8'],
  ])('with %s are left alone: nothing is written', async (_, messages, exitCode, says) => {
    const mobile = newMobile();
    const csv = { ...oneRoom(mobile, ''), messages } as never;
    const { code, output } = await importInto(product, csv, newSource());
    expect([code, output]).toEqual([exitCode, expect.stringContaining(says)]);
    expect(output).toContain('Nothing was imported.');
    expect(await product.rows('select from users where mobile_number = $1', [mobile])).toEqual([]);
  });

  it('are only looked at in a dry run, which finds the same', async () => {
    const mobile = newMobile();
    const csv = oneRoom(mobile, `${EXCHANGE}3,8,user,lost,\n`);
    const { code, output, rejected } = await importInto(product, csv, newSource(), '--dry-run');
    expect([code, linesOf(rejected.messages)]).toEqual([1, [4]]);
    expect(output).toContain('2 would be new');
    expect(await product.rows('select from users where mobile_number = $1', [mobile])).toEqual([]);
  });

  it('show nothing of what stands in them', async () => {
    const [mobile, secret] = [newMobile(), 'A-very-private-thing'];
    const csv = {
      users: `id,mobile,name,email\n1,${mobile},${secret},${secret}\n2,${secret},,\n`,
      rooms: `id,user_id,name\n7,1,${secret}\n${secret},2,x\n`,
      messages: `id,room_id,role,content\n1,7,user,${secret}\n2,7,${secret},x\n${secret},7,user,\n3,${secret},user,x\n`,
    };
    const { code, output, rejected } = await importInto(product, csv, newSource());
    expect(code).toBe(1);
    expect(output + JSON.stringify(rejected)).not.toMatch(new RegExp(`${secret}|${mobile.slice(1)}`));
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

  it('come along where they are argon2id and that is asked for', async () => {
    const mobile = newMobile();
    const phc = await hash(PASSWORD, { memoryCost: 65_536, timeCost: 3, parallelism: 4 });
    await importInto(product, withHash(mobile, phc), newSource(), '--with-passwords');
    expect(await logIn(mobile)).toBe(200);
  });

  it.each([
    ['nobody asked for it', async () => hash(PASSWORD), []],
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
  it('says how it is called, and which file is not there', async () => {
    const nothing = { users: '', rooms: '', messages: '' };
    const { code, output } = await importInto(product, nothing, '--source=a b');
    expect([code, output]).toEqual([64, expect.stringContaining('npm run import --')]);
    const missing = startImport({ DATABASE_URL: product.databaseUrl }, nothing, 'more.csv');
    expect((await missing.ended).code).toBe(64);
  });

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ])('takes no %s for a file', async (_, make) => {
    const path = join(newDataDir(), 'users.csv');
    make(path);
    const environment = { DATABASE_URL: product.databaseUrl };
    const { code, output } = await startImportOf(environment, [path, path, path]).ended;
    expect([code, output]).toEqual([66, 'users.csv is no file. Nothing was imported.\n']);
  });

  it('works with nothing configured, and what it brought is there when the product starts', async () => {
    const mobile = newMobile();
    const environment = { DATABASE_URL: '', DATA_DIR: newDataDir() };
    const { code, output } = await startImport(environment, oneRoom(mobile, EXCHANGE)).ended;
    expect([code, output]).toEqual([0, expect.stringContaining('2 new')]);
    const embedded = await startProduct(environment);
    const { client } = await signIn(embedded, mobile);
    expect((await client.get('/chatroom')).body.data).toMatchObject([{ name: 'Physics', message_count: 2 }]);
    await embedded.close();
  });
});

it('every room is as the product leaves its own', async () => {
  const rooms = await product.rows('select from chatrooms');
  expect(rooms.length).toBeGreaterThan(5);
  expect(await brokenRooms(product)).toEqual([]);
});

/** Line numbers of a report, in its order. */
const linesOf = (report: string | null): number[] =>
  (report ?? '')
    .split('\n')
    .slice(1, -1)
    .map((line) => Number(line.split(',')[0]));
