import type { Client } from './client.js';
import { ask, marked } from './conversations.js';
import type { TestUser } from './people.js';
import type { Product } from './product.js';
import { someoneWithRoom } from './rooms.js';

/** The fields of a message that a tree of messages is read from. */
export interface MessageBody {
  id: string;
  seq: number;
  parent_id: string | null;
  role: 'user' | 'model';
  content: string;
  status: string;
  active: boolean;
  siblings: { index: number; count: number };
}

/** The fields of an answer to a sent message. */
interface Exchange {
  message: MessageBody;
  reply: MessageBody;
}

export const messagePath = (room: string, id: string): string => `/chatroom/${room}/messages/${id}`;

/** A room of a Pro user with two answered messages. */
export async function conversationOn(
  product: Product,
): Promise<{ user: TestUser; room: string; first: Exchange; second: Exchange }> {
  const { user, room } = await someoneWithRoom(product, { tier: 'pro' });
  const first = (await ask(user, room, marked('first'))).body as Exchange;
  const second = (await ask(user, room, marked('second'))).body as Exchange;
  return { user, room, first, second };
}

/** Every message of a room, oldest first; or its active path, from the first message to the leaf. */
export async function messagesOf(
  client: Client,
  room: string,
  view = 'all',
  limit = 100,
): Promise<MessageBody[]> {
  const messages: MessageBody[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query = `view=${view}&limit=${limit}${cursor && `&cursor=${cursor}`}`;
    const { status, text, body } = await client.get(`/chatroom/${room}/messages?${query}`);
    if (status !== 200) throw new Error(`no page: ${text}`);
    messages.push(...(body.data as MessageBody[]));
    cursor = body.next_cursor as string | null;
  }
  return messages.toReversed();
}

/**
 * The invariants of a tree: the active path is one line from a message without a parent to the room's active leaf, and exactly
 * its messages are active, failed replies excepted; a newer message is below no other leaf; siblings are counted from 1 on.
 */
export async function expectOneLine(client: Client, room: string): Promise<MessageBody[]> {
  const [all, path, { body }] = [
    await messagesOf(client, room),
    await messagesOf(client, room, 'path', 3),
    await client.get(`/chatroom/${room}`),
  ];
  expect(all.map(({ seq }) => seq)).toEqual(all.map((_, at) => at + 1));
  expect([path[0]?.parent_id ?? null, path.at(-1)?.id ?? null]).toEqual([null, body.active_leaf_id]);
  for (const [at, { parent_id }] of path.entries()) if (at > 0) expect(parent_id).toBe(path[at - 1]!.id);
  const onPath = new Set(path.map(({ id }) => id));
  expect(all.filter(({ active }) => active).map(({ seq }) => seq)).toEqual(
    all.filter(({ id, status }) => onPath.has(id) && status !== 'failed').map(({ seq }) => seq),
  );
  expect(all.some(({ parent_id }) => parent_id === body.active_leaf_id)).toBe(false);
  for (const { siblings, parent_id, role, seq } of all) {
    const group = all.filter((other) => other.parent_id === parent_id && other.role === role);
    expect([seq, siblings]).toEqual([
      seq,
      { index: group.findIndex((other) => other.seq === seq) + 1, count: group.length },
    ]);
  }
  return path;
}

/**
 * Each answered message costs one, an unanswered one nothing: what the day counts is the replies that did not fail.
 * @param deleted units of replies whose rooms are deleted
 */
export async function expectAnswersPaid(product: Product, userId: string, deleted = 0): Promise<void> {
  const [row] = await product.rows<{ used: number; answered: number }>(
    `select coalesce((select sum(used)::int from daily_usage d join users u on u.quota_key = d.quota_key where u.id = $1), 0) as used,
            (select count(*)::int from messages where user_id = $1 and role = 'model' and status <> 'failed') as answered`,
    [userId],
  );
  expect(row!.used).toBe(row!.answered + deleted);
}

/** The newest message below a message, itself included. */
export function newestBelow(all: readonly MessageBody[], id: string): string {
  const below = new Set([id]);
  for (const { id: each, parent_id } of all) if (parent_id !== null && below.has(parent_id)) below.add(each);
  return all.findLast(({ id: each }) => below.has(each))!.id;
}
