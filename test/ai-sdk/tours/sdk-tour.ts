import { strict as assert } from 'node:assert';
import type { ChatClient } from '@chat-backend/client';
import { ChatTransport, textOf, toUiMessages } from '@chat-backend/client/ai-sdk';
import { State, type Sdk, type UIMessage } from './chat.js';

/** The SDK's own transport, with the options that the guide shows. */
export type Default = new (options: object) => unknown;

export function chatOf({ AbstractChat }: Sdk) {
  return class Chat extends AbstractChat<UIMessage> {
    readonly state_: State;
    constructor(id: string, transport: unknown, messages: UIMessage[]) {
      const state = new State(messages);
      super({ id, transport: transport as never, state: state as never });
      this.state_ = state;
    }
  };
}

/** Runs what an app does with a chat, on the transport of the client package or on the SDK's own. */
export async function sdkTour(
  sdk: Sdk & { DefaultChatTransport: Default },
  ai: 5 | 6 | 7,
  chat: ChatClient,
  own: boolean,
  url: string,
) {
  const Chat = chatOf(sdk);
  const { id: room } = await chat.createRoom();
  const open = async () => {
    const { data } = await chat.messages(room);
    const transport = own
      ? new ChatTransport(chat, { ai })
      : new sdk.DefaultChatTransport(await defaultOptions(chat, url, room, ai));
    return { chat: new Chat(room, transport, toUiMessages(data) as UIMessage[]), transport };
  };
  const script = (scripts: object[]) => chat.post('/sandbox/llm/script', { scripts });
  const shown = (one: { messages: UIMessage[] }) => textOf(one.messages.at(-1));

  // Sends, streams, tells usage and limits.
  let page = (await open()).chat;
  await script([{ match: `${room} first`, chunks: ['Because ', 'of ', 'Rayleigh.'], chunk_delay_ms: 20 }]);
  await page.sendMessage({ text: `${room} first` });
  assert.equal(page.error, undefined);
  assert.equal(shown(page), 'Because of Rayleigh.');
  const metadata = page.messages.at(-1)!.metadata as Record<string, { remaining?: number }> & {
    status: string;
  };
  assert.equal(metadata.status, 'completed');
  assert.equal(metadata['limits']!.remaining, 4);

  // An attempt that is cut shows its text once.
  await script([
    {
      match: `${room} again`,
      chunks: ['never ', 'mind'],
      chunk_delay_ms: 50,
      outcome: 'cut',
      after_chunks: 1,
    },
    { match: `${room} again`, chunks: ['better'] },
  ]);
  await page.sendMessage({ text: `${room} again` });
  assert.equal(page.error, undefined);
  assert.equal(shown(page), 'better');

  // Another answer: a sibling with an id of its own.
  const before = page.messages.at(-1)!.id;
  await page.regenerate({ messageId: before });
  assert.equal(page.error, undefined);
  assert.notEqual(page.messages.at(-1)!.id, before);
  assert.notEqual(shown(page), '');

  // A reload in the middle: the text is shown once.
  await script([{ match: `${room} long`, chunks: ['one ', 'two ', 'three'], chunk_delay_ms: 200 }]);
  const reading = page.sendMessage({ text: `${room} long` });
  while (shown(page) !== 'one ') await new Promise((again) => setTimeout(again, 10));
  page = (await open()).chat;
  await page.resumeStream();
  await reading;
  assert.equal(page.error, undefined);
  assert.equal(shown(page), 'one two three');
  assert.equal(page.messages.filter(({ role }) => role === 'assistant').length, 3);

  // An error has the words of the table, and a refusal is an error.
  await script([{ match: `${room} fails`, outcome: 'http_error', status: 400, times: 4 }]);
  await page.sendMessage({ text: `${room} fails` });
  assert.match(page.error!.message, /\(model_rejected\)$/);
  assert.equal(page.status, 'error');
}

/** What docs/clients.md shows for an app without the package. */
async function defaultOptions(chat: ChatClient, url: string, room: string, ai: number) {
  const { access_token } = (await chat.transport.session.tokens())!;
  const form = `?protocol=ai-sdk&ai=${ai}`;
  return {
    headers: { Authorization: `Bearer ${access_token}` },
    prepareSendMessagesRequest: ({
      messages,
      trigger,
      messageId,
      headers,
    }: {
      messages: UIMessage[];
      trigger: string;
      messageId?: string;
      headers: object;
    }) =>
      trigger === 'regenerate-message'
        ? { api: `${url}/chatroom/${room}/messages/${messageId}/regenerate${form}`, headers, body: {} }
        : {
            api: `${url}/chatroom/${room}/message${form}`,
            headers,
            body: { content: textOf(messages.at(-1)) },
          },
    prepareReconnectToStreamRequest: ({ headers }: { headers: object }) => ({
      api: `${url}/chatroom/${room}/stream${form}`,
      headers,
    }),
  };
}
