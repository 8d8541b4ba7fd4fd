import { randomInt, randomUUID } from 'node:crypto';
import type { Answer } from '../support/client.js';
import { script } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { everythingQueued } from '../support/everything-kept.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { askCode, newMobile, newUser, signUpWithPassword } from '../support/people.js';
import { startProduct } from '../support/product.js';
import { newRoom } from '../support/rooms.js';
import { METRICS_TOKEN, scrapeText } from '../support/scrapes.js';

/** A key that no scanner takes for a real one in this file, and that looks like one where it is planted. */
const keyLike = (prefix: string): string => [prefix, 'live', randomUUID().replaceAll('-', '')].join('_');

/** Promise 10: secrets and texts planted wherever a client, a model or a provider can put one. */
it('promise 10: no planted secret or text is in a log line, a metric, a trace, an error or a job', async () => {
  const planted: Record<string, string> = {
    'message text': `text${randomUUID().replaceAll('-', '')}`,
    'answer text': `answer${randomUUID().replaceAll('-', '')}`,
    password: `Pass-${randomUUID()}`,
    'card number': `4242${String(randomInt(1e12)).padStart(12, '0')}`,
    'key in a text': keyLike('sk'),
    'key of a provider': `acme-${randomUUID()}`,
    'webhook signature': randomUUID().replaceAll('-', ''),
    'metrics token': METRICS_TOKEN,
    'key of the collector': randomUUID(),
  };
  const collector = await OtlpReceiver.start();
  const product = await startProduct({
    METRICS_TOKEN,
    ...collector.environment,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${planted['key of the collector']}`,
    LOG_LEVEL: 'trace',
    OTP_LENGTH: '8',
    LLM_PROVIDERS: 'gemini,acme',
    // Nothing listens there: the errors of that provider are logged.
    ACME_BASE_URL: 'http://127.0.0.1:9/v1',
    ACME_API_KEY: planted['key of a provider']!,
    ACME_MODEL: 'acme-1',
  });
  const refused: string[] = [];
  const note = (answer: Answer): Answer => {
    if (answer.status >= 400) refused.push(answer.text);
    return answer;
  };
  const everything = Object.values(planted).join(' ');

  // Signing in: codes, numbers, passwords, tokens.
  const mobile = newMobile();
  const code = await askCode(product, mobile);
  planted['code'] = code.otp;
  planted['mobile number'] = mobile.slice(1);
  note(await product.client.post('/auth/verify-otp', { ...code, otp: '00000000' }));
  note(await product.client.post('/auth/login', { mobile_number: mobile, password: planted['password'] }));
  const { body: tokens } = await product.client.post('/auth/verify-otp', { ...code });
  planted['access token'] = tokens.access_token;
  planted['refresh token'] = tokens.refresh_token;
  note(await product.client.post('/auth/verify-otp', { ...code }));
  await signUpWithPassword(product, planted['password']!);
  await product.client.post('/auth/refresh', { refresh_token: tokens.refresh_token });
  note(await product.client.post('/auth/refresh', { refresh_token: `${tokens.refresh_token}x` }));
  note(await product.client.get('/user/me', { token: `${tokens.access_token}x` }));

  // Rooms and messages that end in every way.
  const user = await newUser(product, { tier: 'pro' });
  planted['number of another user'] = user.mobileNumber.slice(1);
  const room = (await newRoom(user, { name: everything.slice(0, 80), system_prompt: everything })).id;
  const say = async (how: object) => {
    const mark = randomUUID();
    await script(product, { match: mark, chunks: [planted['answer text']!], ...how });
    const headers = { prefer: 'wait=60' };
    return user.client.post(`/chatroom/${room}/message`, { content: `${everything} ${mark}` }, { headers });
  };
  await say({});
  await say({ outcome: 'http_error', status: 503, times: 1 });
  await say({ outcome: 'http_error', status: 400, times: 1 });
  await say({ outcome: 'cut', after_chunks: 1, times: 1 });
  await say({ outcome: 'safety', times: 1 });

  // Wrong in every part of a request.
  const headers = {
    'x-secret': everything,
    tracestate: everything,
    baggage: everything,
    cookie: everything,
    'idempotency-key': planted['key in a text']!,
  };
  note(await user.client.get(`/chatroom/${room}?q=${encodeURIComponent(everything)}`, { headers }));
  const faulty = { content: 1, extra: everything, [everything]: 1 };
  // Its error names the unknown field, which the sender chose: only the log is looked at.
  await user.client.post(`/chatroom/${room}/message`, faulty, { headers });
  note(await user.client.post(`/chatroom/${room}/message`, { content: 1, extra: everything }, { headers }));
  note(await user.client.request('POST', '/chatroom', { raw: `{"name":"${everything}`, headers }));
  note(
    await product.client.request('POST', '/webhook/stripe', {
      raw: JSON.stringify({ id: 'evt_1', type: everything }),
      headers: { 'stripe-signature': `t=1,v1=${planted['webhook signature']}` },
    }),
  );
  note(await product.client.get('/user/me', { token: METRICS_TOKEN }));

  const metrics = await scrapeText(product.url);
  const jobs = await everythingQueued(product);
  await eventually(
    () => product.log.split('"msg":"reply ended"').length - 1,
    (ended) => ended === 5,
  );
  await product.end('SIGTERM');
  const places = { log: product.log, metrics, jobs, traces: collector.text, errors: refused.join('\n') };
  const found = Object.entries(places).flatMap(([place, text]) =>
    Object.entries(planted).flatMap(([name, secret]) =>
      text.includes(secret) ? [`${name} in ${place}`] : [],
    ),
  );
  expect(found).toEqual([]);
  expect(refused.length).toBeGreaterThan(7);
  expect(metrics).toContain('chat_reply_failures_total');
  // Each outcome of a model, Stripe's webhook, refused requests: what is searched has all kinds of spans.
  for (const name of [
    'send',
    'publish replies',
    'process replies',
    'chat gemini-flash-latest',
    'POST /webhook/stripe',
  ])
    expect(collector.spans.map((span) => span.name)).toContain(name);
  await collector.close();
  await product.close();
});
