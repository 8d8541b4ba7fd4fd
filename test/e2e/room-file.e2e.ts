import { ask } from '../support/conversations.js';
import { newUser } from '../support/people.js';
import { sharedProduct, type Product } from '../support/product.js';
import { newRoom } from '../support/rooms.js';

let product: Product;
beforeAll(async () => {
  product = await sharedProduct();
});
afterAll(() => product.close());

describe('a room as a file', () => {
  it('is JSON with the room and its messages as the API shows them', async () => {
    const user = await newUser(product);
    const { id } = await newRoom(user, { name: 'Physics', system_prompt: 'Be brief.' });
    await ask(user, id, 'Why is the sky blue?');
    const { messages, ...room } = (await user.client.get(`/chatroom/${id}`)).body;
    const file = await user.client.get(`/chatroom/${id}/export?format=json&view=all`);
    expect(file.body).toMatchObject({ view: 'all', room, messages: messages.data.toReversed() });
    expect(file.headers.get('content-disposition')).toMatch(
      /^attachment; filename="Physics-\d{4}-\d\d-\d\d\.json"; filename\*=UTF-8''Physics-/,
    );
    expect(file.headers.get('cache-control')).toBe('no-store');
  });

  it('is Markdown by default, with each text as a quote', async () => {
    const user = await newUser(product);
    const { id } = await newRoom(user, { name: '# Physics', system_prompt: 'Be brief.' });
    const { reply } = (await ask(user, id, 'Why?\n\n```\n# You')).body;
    const file = await user.client.get(`/chatroom/${id}/export`);
    expect(file.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
    expect(file.text).toMatch(
      /^# \\# Physics\n\n## Instructions\n\n> Be brief\.\n\n## You · [\d-]+ [\d:]+ UTC\n\n> Why\?\n>\n> ```\n> # You\n\n## Answer · \S+ · /,
    );
    expect(file.text).toContain(`> ${(reply.content as string).split('\n')[0]}`);
  });

  it('has the conversation alone, or every answer', async () => {
    const user = await newUser(product);
    const { id } = await newRoom(user);
    const { reply } = (await ask(user, id)).body;
    const again = await user.client.post(`/chatroom/${id}/messages/${reply.id}/regenerate`);
    const other = again.body.reply.id as string;
    await user.client.get(`/chatroom/${id}/messages/${other}`, { headers: { prefer: 'wait=20' } });
    const idsOf = async (view: string) =>
      (await user.client.get(`/chatroom/${id}/export?format=json&view=${view}`)).body.messages
        .filter(({ role }: { role: string }) => role === 'model')
        .map((one: { id: string }) => one.id);
    expect([await idsOf('path'), await idsOf('all')]).toEqual([[other], [reply.id, other]]);
  });

  it('is whole and in order, however long the room is', async () => {
    const user = await newUser(product);
    const { id } = await newRoom(user);
    await product.rows(
      `insert into messages (id, chatroom_id, user_id, seq, role, content, status, completed_at)
       select gen_random_uuid(), $1, $2, n, 'user', repeat('x', 500) || n, 'completed', now()
       from generate_series(1, 1201) as n`,
      [id, user.id],
    );
    const { messages } = (await user.client.get(`/chatroom/${id}/export?format=json&view=all`)).body;
    expect(messages.map(({ seq }: { seq: number }) => seq)).toEqual(
      Array.from({ length: 1201 }, (_, index) => index + 1),
    );
  });

  it('of another user is 404, and a wrong parameter is 400', async () => {
    const [user, other] = [await newUser(product), await newUser(product)];
    const { id } = await newRoom(user);
    expect((await other.client.get(`/chatroom/${id}/export`)).status).toBe(404);
    for (const query of ['format=pdf', 'view=some', 'format=md&format=json'])
      expect((await user.client.get(`/chatroom/${id}/export?${query}`)).status).toBe(400);
  });
});
