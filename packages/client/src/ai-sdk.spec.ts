import type { MessageDto } from './api.types.js';
import { ChatTransport, textOf, toUiMessages } from './ai-sdk.js';
import { ChatClient } from './chat-client.js';

const text = (words: string) => ({ type: 'text', text: words });
const STEP = { type: 'step-start' };

it.each([
  ['one text', [text('a')], 'a'],
  ['a step', [STEP, text('a')], 'a'],
  ['two attempts: the last one', [STEP, text('old'), STEP, text('new')], 'new'],
  ['an attempt without text', [STEP, text('old'), STEP], ''],
  ['nothing', [], ''],
])('the text of a message with %s', (_, parts, expected) => {
  expect(textOf({ parts })).toBe(expected);
});

const message = (id: string, more: Partial<MessageDto>) =>
  ({
    id,
    role: 'model',
    content: 'x',
    completed_at: 'now',
    active: true,
    in_reply_to: null,
    ...more,
  }) as MessageDto;
const asked = message('1', { role: 'user' });

it('history is shown oldest first', () => {
  const shown = toUiMessages([message('2', { content: '', in_reply_to: '1' }), asked]);
  expect(shown).toEqual([
    { id: '1', role: 'user', metadata: expect.any(Object), parts: [text('x')] },
    { id: '2', role: 'assistant', metadata: expect.objectContaining({ in_reply_to: '1' }), parts: [] },
  ]);
});

it.each<[string, Partial<MessageDto>[], string[]]>([
  ['the reply that the stream shows is left out', [{ completed_at: null }], ['1']],
  ['of several replies the active one is shown', [{ active: false }, {}, { active: false }], ['1', '3']],
  ['where all have failed, the newest', [{ active: false }, { active: false }], ['1', '2']],
])('%s', (_, replies, expected) => {
  const page = replies.map((more, at) => message(String(at + 2), { in_reply_to: '1', ...more }));
  expect(toUiMessages([...page, asked]).map(({ id }) => id)).toEqual(expected);
});

it('a page of all branches shows the active one alone', () => {
  const page = [
    message('4', { in_reply_to: '3' }),
    message('3', { role: 'user' }),
    message('2', { in_reply_to: '1', active: false }),
    message('1', { role: 'user', active: false }),
  ];
  expect(toUiMessages(page).map(({ id }) => id)).toEqual(['3', '4']);
});

describe('an edit', () => {
  const asked: string[] = [];
  const stream = 'id: 1-end\ndata: {"type":"start","messageId":"reply"}\n\nid: 1-end\ndata: [DONE]\n\n';
  const chat = new ChatClient({
    url: '',
    fetch: async (input, init) => {
      asked.push(`${init!.method} ${(input as string).split('?', 1)[0]!}`);
      return init!.method === 'GET'
        ? Response.json(message('reply', { in_reply_to: 'stored' }))
        : new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    },
  });
  const transport = new ChatTransport(chat);
  const submit = (messageId: string | undefined) =>
    transport.sendMessages({
      chatId: 'r',
      trigger: 'submit-message',
      messageId,
      messages: [{ id: messageId ?? 'own', role: 'user', parts: [text('x')] }],
      abortSignal: undefined,
    });
  beforeEach(() => asked.splice(0));

  it('of a message of the history names it', async () => {
    await submit('old');
    expect(asked).toEqual(['POST /chatroom/r/messages/old/edit']);
  });

  it('of a message that the hook has sent names the stored message', async () => {
    await submit(undefined);
    await submit('own');
    expect(asked).toEqual([
      'POST /chatroom/r/message/stream',
      'GET /chatroom/r/messages/reply',
      'POST /chatroom/r/messages/stored/edit',
    ]);
  });
});

describe('the resume of a room whose reply has ended since its history was read', () => {
  const stream = 'id: 1-end\ndata: {"type":"start","messageId":"2"}\n\nid: 1-end\ndata: [DONE]\n\n';
  const asked: string[] = [];
  const chat = new ChatClient({
    url: '',
    fetch: async (input) => {
      const path = (input as string).split('?', 1)[0]!;
      asked.push(path);
      return path === '/chatroom/r/stream'
        ? new Response(null, { status: 204 })
        : new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
    },
  });
  const live = message('2', { chatroom_id: 'r', completed_at: null });
  beforeEach(() => asked.splice(0));

  it('shows the reply from its own stream, once', async () => {
    const transport = new ChatTransport(chat, { history: [live, message('1', { role: 'user' })] });
    const parts = (await transport.reconnectToStream({ chatId: 'r' }))!.getReader();
    expect((await parts.read()).value).toEqual({ type: 'start', messageId: '2' });
    expect(asked).toEqual(['/chatroom/r/stream', '/chatroom/r/messages/2/stream']);
    expect(await transport.reconnectToStream({ chatId: 'r' })).toBeNull();
  });

  it('asks for nothing more where no reply was live', async () => {
    const transport = new ChatTransport(chat, { history: [message('2', { chatroom_id: 'r' })] });
    expect(await transport.reconnectToStream({ chatId: 'r' })).toBeNull();
    expect(asked).toEqual(['/chatroom/r/stream']);
  });
});
