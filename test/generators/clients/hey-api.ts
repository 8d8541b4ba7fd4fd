import { createClient } from '../out/hey-api/client/index.js';
import {
  createChatroom,
  listMessages,
  sendMessage,
  sendMessageStream,
  sendOtp,
  streamReply,
  verifyOtp,
} from '../out/hey-api/sdk.gen.js';
import type { StreamEvent } from '../out/hey-api/types.gen.js';
import { FIRST, given, SECOND, type Streamed, type Tour } from './tour.js';

export const tour: Tour = async (baseUrl, mobile_number) => {
  let token: string | undefined;
  const client = createClient({ baseUrl, auth: () => token, throwOnError: true });
  const { data: code } = await sendOtp({ client, body: { mobile_number }, throwOnError: true });
  const proof = { mobile_number, otp: given(code.otp, 'otp'), challenge_id: code.challenge_id };
  const { data: tokens } = await verifyOtp({ client, body: proof, throwOnError: true });
  token = tokens.access_token;
  const { data: room } = await createChatroom({ client, throwOnError: true });
  const path = { id: room.id };
  const headers = { Prefer: 'wait=20', 'Idempotency-Key': crypto.randomUUID() };
  const { data: asked } = await sendMessage({ client, path, headers, body: FIRST, throwOnError: true });
  const { data: history } = await listMessages({ client, path, throwOnError: true });
  const sent = await collect((await sendMessageStream({ client, path, body: SECOND })).stream);
  const again = await streamReply({ client, path: { ...path, mid: sent.replyId } });
  return {
    answer: asked.reply.content,
    history: history.data.map(({ content }) => content),
    sent,
    followed: await collect(again.stream),
  };
};

/** It counts the 204 of a reply that has been read among the events. */
async function collect(events: AsyncIterable<StreamEvent | void>): Promise<Streamed> {
  const seen: Streamed = { types: [], text: '', replyId: '', final: '' };
  for await (const event of events) {
    if (!event) continue;
    seen.types.push(event.type);
    if (event.type === 'delta') seen.text += event.text;
    if (event.type === 'done') {
      Object.assign(seen, { final: event.content, replyId: event.id });
      // Its client would connect again after the server has closed the stream.
      break;
    }
  }
  return seen;
}
