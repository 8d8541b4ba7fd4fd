import { ask } from '../support/conversations.js';
import { newUser, type TestUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

interface Found {
  room: { id: string; name: string };
  message: { id: string; role: string; snippet: string; matches: [number, number][] } | null;
}

const search = (user: TestUser, query: Record<string, string>) =>
  user.client.get(`/search?${new URLSearchParams(query).toString()}`);
const found = async (user: TestUser, query: Record<string, string>): Promise<Found[]> => {
  const { status, body } = await search(user, query);
  expect(status).toBe(200);
  return body.data as Found[];
};
const marked = ({ message }: Found) =>
  message!.matches.map(([start, end]) => message!.snippet.slice(start, end));

describe('GET /search', () => {
  it('finds a message from its acceptance on, and a reply, without accents and in any order', async () => {
    const { user, room } = await someoneWithRoom(product);
    const { body } = await ask(user, room, 'Où est le Café Müller?');
    const [first] = await found(user, { q: 'muller cafe', role: 'user' });
    expect(first).toMatchObject({
      room: { id: room },
      message: { id: body.message.id, role: 'user', seq: 1 },
    });
    expect(marked(first!)).toEqual(['Café', 'Müller']);
    const [word] = (body.reply.content as string).match(/\p{L}{4,}/u)!;
    const replies = await found(user, { q: word.slice(1), role: 'model' });
    expect(replies.map(({ message }) => message!.id)).toEqual([body.reply.id]);
  });

  it('lists the newest first, over all pages, with rooms whose name matches', async () => {
    const user = await newUser(product);
    const rooms = [await newRoom(user, { name: 'Kanari one' }), await newRoom(user, { name: 'Other' })];
    const sent: string[] = [];
    for (const [n, { id }] of [...rooms, ...rooms].entries())
      sent.unshift((await ask(user, id, `kanari ${n}`)).body.message.id as string);
    const ids: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await search(user, { q: 'KANARI', limit: '2', ...(cursor && { cursor }) });
      ids.push(
        ...(page.body.data as Found[])
          .filter(({ message }) => message?.role !== 'model')
          .map(({ room, message }) => message?.id ?? room.id),
      );
      cursor = page.body.next_cursor as string | null;
    }
    expect(ids).toEqual([...sent, rooms[0]!.id]);
    expect((await found(user, { q: 'kanari', chatroom_id: rooms[1]!.id, role: 'user' })).length).toBe(2);
  });

  it('selects by time', async () => {
    const { user, room } = await someoneWithRoom(product);
    const { created_at } = (await ask(user, room, 'kanari')).body.message as { created_at: string };
    const after = new Date(Date.parse(created_at) + 1).toISOString();
    const of = async (times: Record<string, string>) =>
      (await found(user, { q: 'kanari', role: 'user', ...times })).length;
    expect([await of({ from: created_at }), await of({ to: after })]).toEqual([1, 1]);
    expect([await of({ from: after }), await of({ to: created_at })]).toEqual([0, 0]);
  });

  it('never finds what another user wrote, nor what was deleted a moment ago', async () => {
    const { user, room } = await someoneWithRoom(product);
    await ask(user, room, 'a secret plan');
    const other = await newUser(product);
    expect(await found(other, { q: 'secret' })).toEqual([]);
    expect(await found(other, { q: 'secret', chatroom_id: room })).toEqual([]);
    await user.client.delete(`/chatroom/${room}`);
    expect(await found(user, { q: 'secret' })).toEqual([]);
  });

  it.each([
    `'`,
    `"`,
    `\\`,
    '%',
    '_',
    '((',
    ')',
    '*',
    '&',
    '|',
    '!',
    ':*',
    '<->',
    '$$',
    '--',
    '/*',
    '\u202e',
    '\u0301',
    'a:b & !c | (d',
    '🌅'.repeat(200),
  ])('takes %j as text', async (q) => {
    const { user } = await shared();
    expect(await found(user, { q })).toEqual([]);
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['no query', {}, 'q', 'required'],
    ['an empty query', { q: ' ' }, 'q', 'too_short'],
    ['a query of 201 characters', { q: 'x'.repeat(201) }, 'q', 'too_long'],
    ['a query with NUL', { q: 'a\0' }, 'q', 'invalid_characters'],
    ['another role', { q: 'x', role: 'system' }, 'role', 'not_allowed'],
    ['a room that is no id', { q: 'x', chatroom_id: 'x' }, 'chatroom_id', 'invalid'],
    ['a time without its zone', { q: 'x', from: '2026-01-01' }, 'from', 'invalid'],
    [
      'a cursor of another search',
      { q: 'x', cursor: 'eyJhdCI6IjIwMjYtMTEtMjAifQ' },
      'cursor',
      'invalid_cursor',
    ],
  ])('with %s is refused', async (_, query, field, code) => {
    const { user } = await shared();
    const answer = await search(user, query);
    expect([answer.status, answer.body.errors]).toMatchObject([400, [{ field, code }]]);
  });
});

let kept: ReturnType<typeof someoneWithRoom> | undefined;
/** One person for searches that change nothing. */
const shared = () => (kept ??= someoneWithRoom(product));
