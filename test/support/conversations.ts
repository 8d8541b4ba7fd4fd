import { randomUUID } from 'node:crypto';
import type { Answer } from './client.js';
import { eventually } from './eventually.js';
import type { TestUser } from './people.js';
import type { Product } from './product.js';

/** Scripts the sandbox's answer to messages that contain `match`. */
export async function script(product: Product, ...scripts: object[]): Promise<void> {
  const { status, text } = await product.client.post('/sandbox/llm/script', { scripts });
  if (status !== 200) throw new Error(`the script was not taken: ${text}`);
}

/** A text that no script of another test matches. */
export const marked = (text = 'hello'): string => `${text} ${randomUUID()}`;

/** Sends a message. */
export const send = (user: TestUser, room: string, content: string, key?: string): Promise<Answer> =>
  user.client.post(
    `/chatroom/${room}/message`,
    { content },
    { headers: key ? { 'idempotency-key': key } : {} },
  );

/** Sends a message and waits until its reply is final. */
export async function ask(user: TestUser, room: string, content = 'hello'): Promise<Answer> {
  return user.client.post(`/chatroom/${room}/message`, { content }, { headers: { prefer: 'wait=60' } });
}

/** Waits until a reply is final, and returns it. */
export async function finalReply(user: TestUser, { body }: Answer): Promise<Answer['body']> {
  const path = `/chatroom/${body.reply.chatroom_id}/messages/${body.reply.id}`;
  const answer = await eventually(
    () => user.client.get(path),
    ({ body: reply }) => reply.completed_at !== null,
  );
  return answer.body;
}

/** The day's count, as the API shows it. */
export async function usedToday(user: Pick<TestUser, 'client'>): Promise<number> {
  return (await user.client.get('/user/usage')).body.used_today;
}

/** Promise 3: units of the day equal the replies charged to it. */
export async function expectQuotaExact(product: Product, user: TestUser): Promise<void> {
  const [row] = await product.rows<{ used: number; charged: number }>(
    `select coalesce((select sum(used)::int from daily_usage d join users u on u.quota_key = d.quota_key where u.id = $1), 0) as used,
            (select count(*)::int from messages where user_id = $1 and charged_on is not null) as charged`,
    [user.id],
  );
  expect(row!.used).toBe(row!.charged);
}
