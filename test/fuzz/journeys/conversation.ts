import type { Person } from '../scenario/person.js';
import type { Sequence } from '../scenario/sequence.js';
import { quick, refused, slow, type Journey } from './journey.js';

/** Rooms, messages and replies in every state: sent, waited for, streamed, cut, stopped, failed, retried, regenerated. */
export const conversation: Journey = async (sequence) => {
  const person = await sequence.cast.enrol('pro');
  await sequence.step(person, 'listModels', { expect: 200 });
  const key = { 'idempotency-key': sequence.cast.key };
  const made = await sequence.step(person, 'createChatroom', { body: { name: 'kanari room' }, expect: 201 });
  const id = made.body.id as string;
  await list(sequence, person);
  await sequence.step(person, 'updateChatroom', {
    ids: { id },
    body: { pinned: true, model: null, system_prompt: 'kanari prompt' },
    expect: 200,
  });
  const first = { ids: { id }, body: { content: quick('hello') }, headers: key };
  const sent = await sequence.step(person, 'sendMessage', { ...first, expect: 202 });
  await sequence.step(person, 'sendMessage', { ...first, expect: 202 });
  await sequence.step(person, 'sendMessage', { ...first, body: { content: quick('other') }, expect: 422 });
  const waited = await sequence.step(person, 'sendMessage', {
    ids: { id },
    body: { content: quick('wait') },
    headers: { prefer: 'wait=20' },
    expect: [201, 202],
  });
  const mid = waited.body.reply.id as string;
  await streams(sequence, person, id, mid);
  await sequence.step(person, 'getMessage', { ids: { id, mid }, headers: { prefer: 'wait=5' }, expect: 200 });
  await sequence.step(person, 'giveFeedback', {
    ids: { id, mid },
    body: { rating: 'down', tags: ['kanari tag'], comment: 'kanari comment' },
    expect: 200,
  });
  await sequence.step(person, 'removeFeedback', { ids: { id, mid }, expect: 204 });
  await sequence.step(person, 'listMessages', { ids: { id }, query: { limit: '2' }, expect: 200 });
  await sequence.step(person, 'listMessages', {
    ids: { id },
    query: { after: sent.body.message.id },
    expect: 200,
  });
  await sequence.step(person, 'getChatroom', { ids: { id }, expect: 200 });
  await branches(sequence, person, id, sent.body.message.id as string);
  await sequence.step(person, 'search', { query: { q: 'kanari hello', limit: '1' }, expect: 200 });
  await sequence.step(person, 'search', {
    query: { q: '"a* & b', chatroom_id: id, role: 'model' },
    expect: 200,
  });
  await sequence.step(person, 'exportChatroom', { ids: { id }, query: { view: 'all' }, expect: 200 });
  await sequence.step(person, 'exportChatroom', { ids: { id }, query: { format: 'json' }, expect: 200 });
  await stopped(sequence, person, id);
  await failed(sequence, person, id);
  await sequence.step(person, 'getUsage', { expect: 200 });
  await sequence.step(person, 'deleteChatroom', { ids: { id }, expect: 204 });
  await sequence.step(person, 'sendMessage', { ids: { id }, body: { content: quick('gone') }, expect: 404 });
};

async function list(sequence: Sequence, person: Person): Promise<void> {
  const { headers } = await sequence.ask(person, 'listChatrooms', { expect: 200 });
  await sequence.step(person, 'listChatrooms', {
    headers: { 'if-none-match': headers.get('etag') ?? '' },
    expect: [200, 304],
  });
  await sequence.step(person, 'listChatrooms', { query: { archived: 'all', limit: '1' }, expect: 200 });
}

async function streams(sequence: Sequence, person: Person, id: string, mid: string): Promise<void> {
  const accept = { accept: 'text/event-stream' };
  const body = { content: quick('stream') };
  await sequence.step(person, 'sendMessage', { ids: { id }, body, headers: accept, expect: 200 });
  if (sequence.has('sendMessageStream'))
    await sequence.step(person, 'sendMessageStream', { ids: { id }, body, expect: 200 });
  await sequence.step(person, 'streamReply', { ids: { id, mid }, headers: accept, expect: 200 });
  // The first event ends within these bytes; the stream never ends by itself.
  if (sequence.has('followEvents'))
    await sequence.step(person, 'followEvents', { cutAfter: 40, expect: 200 });
  await sequence.step(person, 'streamReply', {
    ids: { id, mid },
    headers: { ...accept, 'last-event-id': '1-end' },
    expect: [200, 204],
  });
  await sequence.step(person, 'streamReply', {
    ids: { id, mid },
    headers: accept,
    cutAfter: 40,
    expect: 200,
  });
}

/** A message in two forms; the first one is chosen again, and the room is read along it. */
async function branches(sequence: Sequence, person: Person, id: string, mid: string): Promise<void> {
  await sequence.step(person, 'editMessage', {
    ids: { id, mid },
    body: { content: quick('edited') },
    headers: { prefer: 'wait=20' },
    expect: [201, 202, 409],
  });
  await sequence.step(person, 'chooseBranch', { ids: { id }, body: { message_id: mid }, expect: 200 });
  await sequence.step(person, 'listMessages', {
    ids: { id },
    query: { view: 'path', limit: '1' },
    expect: 200,
  });
}

async function stopped(sequence: Sequence, person: Person, id: string): Promise<void> {
  const sent = await sequence.ask(person, 'sendMessage', {
    ids: { id },
    body: { content: slow('stop') },
    expect: 202,
  });
  const ids = { id, mid: sent.body.reply.id as string };
  await sequence.step(person, 'stopReply', { ids, expect: 200 });
  await sequence.ask(person, 'getMessage', { ids, headers: { prefer: 'wait=10' }, expect: 200 });
  await sequence.step(person, 'regenerateReply', { ids, expect: [202, 409] });
}

async function failed(sequence: Sequence, person: Person, id: string): Promise<void> {
  const sent = await sequence.ask(person, 'sendMessage', {
    ids: { id },
    body: { content: refused('fail') },
    headers: { prefer: 'wait=20' },
    expect: [201, 202],
  });
  const ids = { id, mid: sent.body.reply.id as string };
  await sequence.step(person, 'retryReply', { ids, expect: [202, 409] });
}

/** The day of a Basic user: five messages, and the refusal of the sixth. */
export const limit: Journey = async (sequence) => {
  const person = await sequence.cast.enrol('basic');
  const made = await sequence.step(person, 'createChatroom', { expect: 201 });
  const ids = { id: made.body.id as string };
  for (let nth = 1; nth <= 5; nth += 1)
    await sequence.step(person, 'sendMessage', { ids, body: { content: quick(String(nth)) }, expect: 202 });
  await sequence.step(person, 'sendMessage', { ids, body: { content: quick('six') }, expect: 429 });
  await sequence.step(person, 'getUsage', { expect: 200 });
};
