import { backUp, restore } from '../support/backup.js';
import { ask, expectQuotaExact, marked, script, send } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { signIn, type SignedIn } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { newRoom, someoneWithRoom } from '../support/rooms.js';
import { Traffic } from '../support/traffic.js';

/** The reads of an app that starts: account, usage, sessions, rooms, and the newest messages of a room. */
const readsOf = (room: string): string[] => [
  '/user/me',
  '/user/usage',
  '/auth/sessions',
  '/chatroom',
  `/chatroom/${room}`,
  `/chatroom/${room}/messages`,
];

describe('a backup that was taken under load and restored into an empty database, with an empty Redis', () => {
  let source: Product;
  let restored: Product;
  afterEach(async () => {
    await restored?.close();
    await source?.close();
  });

  /** The answers without what differs from request to request. */
  async function answersOf(product: Product, { token, room }: { token: string; room: string }) {
    const client = product.client.as(token);
    const found: unknown[] = [];
    for (const path of readsOf(room)) {
      const { status, text } = await client.get(path);
      found.push([path, status, text.replaceAll(/"last_used_at":"[^"]*"/g, '')]);
    }
    return found;
  }

  it('gives every answer again, and replies that were not final are made', async () => {
    source = await startProduct();
    const people = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const { user, room } = await someoneWithRoom(source);
        await ask(user, room, marked());
        await ask(user, room, marked('नमस्ते 😀'));
        return { token: user.token, room };
      }),
    );
    const signedIn: SignedIn = await signIn(source);
    const { user: late, room: lateRoom } = await someoneWithRoom(source);
    const unfinished = marked();
    await script(source, { match: unfinished, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const running = await send(late, lateRoom, unfinished);
    const waiting = await send(late, lateRoom, marked());
    const before = await Promise.all(people.map((person) => answersOf(source, person)));
    const traffic = await Traffic.on(source, 4);
    await eventually(() => traffic.answered.length > 4);
    const acknowledged = [...traffic.answered];

    const backup = await backUp(source.databaseUrl);
    const untilNext = traffic.answered.length + 4;
    await eventually(() => traffic.answered.length > untilNext);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);

    const url = await restore(backup);
    restored = await startProduct({ DATABASE_URL: url });
    const after = await Promise.all(people.map((person) => answersOf(restored, person)));
    expect(after).toEqual(before);
    // What was answered before the backup is in it, byte by byte.
    for (const { user, replyId } of acknowledged) {
      const path = `/chatroom/${await roomOf(replyId)}/messages/${replyId}`;
      const [one, two] = await Promise.all(
        [source, restored].map((on) => on.client.as(user.token).get(path)),
      );
      expect([two!.status, two!.text]).toEqual([200, one!.text]);
    }
    // What was not final is answered there, once, although its job may be lost.
    const live = () => restored.rows('select 1 from messages where completed_at is null');
    await eventually(live, (rows) => rows.length === 0);
    const states = await restored.rows<{ status: string }>('select status from messages where id = any($1)', [
      [running, waiting].map(({ body }) => body.reply.id),
    ]);
    expect(states.map(({ status }) => status)).toEqual(['completed', 'completed']);
    await expectQuotaExact(restored, late);
    // Sessions go on, and new rows do not collide with restored ones.
    const refreshed = await restored.client.post('/auth/refresh', {
      refresh_token: signedIn.tokens.refresh_token,
    });
    expect(refreshed.status).toBe(200);
    const user = { ...late, client: restored.client.as(late.token) };
    expect((await ask(user, (await newRoom(user)).id)).body.reply.status).toBe('completed');
  });

  async function roomOf(messageId: string): Promise<string> {
    const [row] = await source.rows<{ room: string }>(
      'select chatroom_id as room from messages where id = $1',
      [messageId],
    );
    return row!.room;
  }
});
