import {
  createChatroom,
  listMessages,
  sendMessage,
  sendMessageStream,
  sendOtp,
  streamReply,
  verifyOtp,
  type StreamEvent,
} from '../out/orval/client.js';
import { api } from './orval-fetch.js';
import { eventsOf, FIRST, given, SECOND, type Streamed, type Tour } from './tour.js';

export const tour: Tour = async (url, mobile_number) => {
  api.url = url;
  const code = await sendOtp({ mobile_number });
  if (code.status !== 202) throw new Error(code.data.code);
  const { otp, challenge_id } = code.data;
  const tokens = await verifyOtp({ mobile_number, otp: given(otp, 'otp'), challenge_id });
  if (tokens.status !== 200) throw new Error(tokens.data.code);
  api.token = tokens.data.access_token;
  const room = await createChatroom({});
  if (room.status !== 201) throw new Error(room.data.code);
  const { id } = room.data;
  const headers = { Prefer: 'wait=20', 'Idempotency-Key': crypto.randomUUID() };
  const asked = await sendMessage(id, FIRST, undefined, { headers });
  if (asked.status !== 201) throw new Error(`the reply is not final: ${asked.status}`);
  const history = await listMessages(id);
  if (history.status !== 200) throw new Error(history.data.code);
  const sent = await collect(await sendMessageStream(id, SECOND));
  return {
    answer: asked.data.reply.content,
    history: history.data.data.map(({ content }) => content),
    sent,
    followed: await collect(await streamReply(id, sent.replyId)),
  };
};

/** The type says one event; what comes through the mutator is the stream of them. */
async function collect({ data }: { data: unknown }): Promise<Streamed> {
  const seen: Streamed = { types: [], text: '', replyId: '', final: '' };
  for await (const event of eventsOf<StreamEvent>(data as ReadableStream<Uint8Array>)) {
    seen.types.push(event.type);
    if (event.type === 'delta') seen.text += event.text;
    if (event.type === 'done') Object.assign(seen, { final: event.content, replyId: event.id });
  }
  return seen;
}
