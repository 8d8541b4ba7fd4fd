import type { Answer } from './client.js';
import { marked } from './conversations.js';
import { newUser, type TestUser } from './people.js';
import type { Product } from './product.js';
import { newRoom } from './rooms.js';

/** A user with a room, and a text that no other test's script matches. */
export interface Marked {
  user: TestUser;
  room: string;
  text: string;
  /** Sends the text. */
  send: () => Promise<Answer>;
}

export async function sendMarked(to: Product, text = marked()): Promise<Marked> {
  const user = await newUser(to, { tier: 'basic' });
  const room = (await newRoom(user)).id;
  return { user, room, text, send: () => user.client.post(`/chatroom/${room}/message`, { content: text }) };
}

/** A reply's row. */
export const replyState = async (
  on: Product,
  id: string,
): Promise<{ status: string; attempt: number; content: string }> =>
  (
    await on.rows<{ status: string; attempt: number; content: string }>(
      'select status, attempt, content from messages where id = $1',
      [id],
    )
  )[0]!;
