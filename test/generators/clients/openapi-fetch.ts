import createClient from 'openapi-fetch';
import type { components, paths } from '../out/openapi-typescript.js';
import { eventsOf, FIRST, given, SECOND, type Streamed, type Tour } from './tour.js';

type StreamEvent = components['schemas']['StreamEvent'];

export const tour: Tour = async (baseUrl, mobile_number) => {
  const client = createClient<paths>({ baseUrl });
  const code = given((await client.POST('/auth/send-otp', { body: { mobile_number } })).data, 'code');
  const proof = { mobile_number, otp: given(code.otp, 'otp'), challenge_id: code.challenge_id };
  const tokens = given((await client.POST('/auth/verify-otp', { body: proof })).data, 'tokens');
  client.use({
    onRequest: ({ request }) => request.headers.set('Authorization', `Bearer ${tokens.access_token}`),
  });
  const room = given((await client.POST('/chatroom', {})).data, 'room');
  const path = { id: room.id };
  const header = { Prefer: 'wait=20', 'Idempotency-Key': crypto.randomUUID() };
  const asked = await client.POST('/chatroom/{id}/message', { params: { path, header }, body: FIRST });
  const { data } = await client.GET('/chatroom/{id}/messages', { params: { path } });
  const stream = await client.POST('/chatroom/{id}/message/stream', {
    params: { path },
    body: SECOND,
    parseAs: 'stream',
  });
  const sent = await collect(eventsOf(given(stream.data, 'stream')));
  const again = await client.GET('/chatroom/{id}/messages/{mid}/stream', {
    params: { path: { ...path, mid: sent.replyId } },
    parseAs: 'stream',
  });
  return {
    answer: given(asked.data, 'reply').reply.content,
    history: given(data, 'history').data.map(({ content }) => content),
    sent,
    followed: await collect(eventsOf(given(again.data, 'stream'))),
  };
};

async function collect(events: AsyncIterable<StreamEvent>): Promise<Streamed> {
  const seen: Streamed = { types: [], text: '', replyId: '', final: '' };
  for await (const event of events) {
    seen.types.push(event.type);
    if (event.type === 'delta') seen.text += event.text;
    if (event.type === 'done') Object.assign(seen, { final: event.content, replyId: event.id });
  }
  return seen;
}
