import { Api, type StreamEvent } from '../out/swagger-typescript-api/client.js';
import { eventsOf, FIRST, given, SECOND, type Streamed, type Tour } from './tour.js';

export const tour: Tour = async (baseUrl, mobile_number) => {
  const api = new Api<string>({
    baseUrl,
    securityWorker: (token) => ({ headers: { Authorization: `Bearer ${token}` } }),
  });
  const { data: code } = await api.auth.sendOtp({ mobile_number });
  const proof = { mobile_number, otp: given(code.otp, 'otp'), challenge_id: code.challenge_id };
  const { data: tokens } = await api.auth.verifyOtp(proof);
  api.setSecurityData(tokens.access_token);
  const { data: room } = await api.chatroom.createChatroom({});
  const headers = { Prefer: 'wait=20', 'Idempotency-Key': crypto.randomUUID() };
  const { data: asked } = await api.chatroom.sendMessage(room.id, FIRST, {}, { headers });
  const { data: history } = await api.chatroom.listMessages(room.id);
  const sent = await collect(await api.chatroom.sendMessageStream(room.id, SECOND));
  return {
    answer: asked.reply.content,
    history: history.data.map(({ content }) => content),
    sent,
    followed: await collect(await api.chatroom.streamReply(room.id, sent.replyId)),
  };
};

/** Its `data` is null, because it reads no body of that type; the body is there to be read. */
async function collect({ body }: Response): Promise<Streamed> {
  const seen: Streamed = { types: [], text: '', replyId: '', final: '' };
  for await (const event of eventsOf<StreamEvent>(body)) {
    seen.types.push(event.type);
    if (event.type === 'delta') seen.text += event.text;
    if (event.type === 'done') Object.assign(seen, { final: event.content, replyId: event.id });
  }
  return seen;
}
