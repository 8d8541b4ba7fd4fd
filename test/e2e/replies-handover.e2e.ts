import { finalReply, script } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { startProduct, type Product } from '../support/product.js';
import { replyState, sendMarked } from '../support/replies.js';
import { startTwin } from '../support/rooms.js';

const products: Product[] = [];
afterAll(() => Promise.all(products.map((one) => one.close())));

/** A process to end: the one that took over in the test before, or a new one. */
async function living(): Promise<Product> {
  const last = products.at(-1);
  if (last && (last.process.exitCode ?? last.process.signalCode) === null) return last;
  return started(startProduct());
}

/** A process on the same database, which takes over. */
const next = (after: Product): Promise<Product> => started(startTwin(after));

async function started(starting: Promise<Product>): Promise<Product> {
  const product = await starting;
  products.push(product);
  return product;
}

describe('promise 1: an acknowledged message is never lost', () => {
  it('after its worker is killed another worker makes the reply, once', async () => {
    const first = await living();
    const { user, text, room, send } = await sendMarked(first);
    await script(first, { match: text, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const sent = await send();
    await eventually(
      () => replyState(first, sent.body.reply.id),
      ({ content }) => content === 'half ',
    );
    await first.end('SIGKILL');
    const second = await next(first);
    const client = second.client.as(user.token);
    const reply = await finalReply({ ...user, client }, sent);
    expect(reply).toMatchObject({ status: 'completed', attempt: 2 });
    expect(reply.content).toMatch(/^You said/);
    expect((await client.get(`/chatroom/${room}/messages`)).body.data).toHaveLength(2);
  });

  it('a stopping process hands its reply over', async () => {
    const first = await living();
    const { user, text, send } = await sendMarked(first);
    await script(first, { match: text, chunks: ['half '], outcome: 'hang', after_chunks: 1 });
    const sent = await send();
    await eventually(
      () => replyState(first, sent.body.reply.id),
      ({ status }) => status === 'streaming',
    );
    expect(await first.end('SIGTERM')).toBe(0);
    const second = await next(first);
    const reply = await finalReply({ ...user, client: second.client.as(user.token) }, sent);
    expect(reply.status).toBe('completed');
  });
});

describe('promise 2: a zombie cannot write', () => {
  it('a worker paused past its lease writes nothing when it resumes', async () => {
    const zombie = await living();
    const { user, text, send } = await sendMarked(zombie);
    await script(zombie, {
      match: text,
      chunks: Array.from({ length: 60 }, () => 'zombie '),
      chunk_delay_ms: 100,
    });
    const sent = await send();
    await eventually(
      () => replyState(zombie, sent.body.reply.id),
      ({ content }) => content.includes('zombie'),
    );
    zombie.process.kill('SIGSTOP');
    const other = await next(zombie);
    const reply = await finalReply({ ...user, client: other.client.as(user.token) }, sent);
    zombie.process.kill('SIGCONT');
    await eventually(
      () => zombie.client.get('/user/usage', { token: user.token }),
      ({ status }) => status === 200,
    );
    const [row] = await other.rows('select status, content, attempt from messages where id = $1', [
      sent.body.reply.id,
    ]);
    expect(row).toEqual({ status: 'completed', content: reply.content, attempt: 2 });
    expect(reply.content).not.toContain('zombie');
    // Its worker would take the next test's reply.
    await zombie.end('SIGKILL');
  });
});

describe('a process that stops', () => {
  it('a client that waits at a stopping process gets the reply’s state', async () => {
    const on = await living();
    const { user, room, text } = await sendMarked(on);
    await script(on, { match: text, outcome: 'hang' });
    const waiting = user.client.post(
      `/chatroom/${room}/message`,
      { content: text },
      { headers: { prefer: 'wait=60' } },
    );
    await eventually(
      () => on.rows(`select from messages where chatroom_id = $1 and status = 'streaming'`, [room]),
      ({ length }) => length === 1,
    );
    expect(await on.end('SIGTERM')).toBe(0);
    const { status, body } = await waiting;
    expect([status, body.reply.completed_at]).toEqual([202, null]);
  });
});
