import type { MessageDto } from './api.types.js';
import { ChatClient } from './chat-client.js';

const message = (seq: number, parent_id: string | null, role = 'user', count = 3) =>
  ({ id: `m${seq}`, seq, parent_id, role, siblings: { index: 1, count } }) as MessageDto;

/** A client of a room whose pages are given. */
function newClient(...pages: MessageDto[][]) {
  const requests: string[] = [];
  const chat = new ChatClient({
    url: '',
    fetch: async (input) => {
      const data = pages[requests.length]!;
      requests.push(input as string);
      return Response.json({
        data,
        next_cursor: requests.length < pages.length ? `c${requests.length}` : null,
      });
    },
  });
  return { chat, requests };
}

it('siblings are read from their parent on, page by page, until all are found', async () => {
  const first = message(3, 'm2');
  const { chat, requests } = newClient(
    [first, message(4, 'm3', 'model'), message(5, 'm2')],
    [message(7, 'm2'), message(8, 'm7', 'model')],
    [message(9, 'm2')],
  );
  expect((await chat.siblings('r', first)).map(({ id }) => id)).toEqual(['m3', 'm5', 'm7']);
  expect(requests).toEqual([
    '/chatroom/r/messages?limit=100&after=m2',
    '/chatroom/r/messages?limit=100&after=m2&cursor=c1',
  ]);
});

it('the forms of a first message are found from the newest message backwards, and are listed oldest first', async () => {
  const { chat, requests } = newClient(
    [message(5, null), message(4, 'm3')],
    [message(3, null), message(1, null)],
  );
  expect((await chat.siblings('r', message(5, null))).map(({ id }) => id)).toEqual(['m1', 'm3', 'm5']);
  expect(requests).toEqual(['/chatroom/r/messages?limit=100', '/chatroom/r/messages?limit=100&cursor=c1']);
});

it('replies to a message are siblings of each other, not of the edits of another message', async () => {
  const { chat } = newClient([message(2, 'm1', 'model', 2), message(3, 'm2'), message(6, 'm1', 'model', 2)]);
  expect((await chat.siblings('r', message(2, 'm1', 'model', 2))).map(({ id }) => id)).toEqual(['m2', 'm6']);
});
