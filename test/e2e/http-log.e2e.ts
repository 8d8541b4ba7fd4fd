import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import { newUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';
import { sendRaw } from '../support/raw-http.js';

interface Line {
  request_id?: string;
  msg: string;
  [field: string]: unknown;
}

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const lines = (): Line[] =>
  product.log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);

/** The line of one request, when it is written; fails on two of them. */
async function lineOf(requestId: string): Promise<Line> {
  const found = await eventually(
    () => lines().filter((line) => line.request_id === requestId && line.msg === 'request'),
    ({ length }) => length > 0,
  );
  expect(found).toHaveLength(1);
  return found[0]!;
}

it('a request is one line that says who, which route, how it ended and how long it took', async () => {
  const user = await newUser(product);
  const requestId = randomUUID();
  const answer = await user.client.get('/user/me?a=b', { headers: { 'x-request-id': requestId } });
  expect(await lineOf(requestId)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    role: 'api',
    request_id: requestId,
    method: 'GET',
    route: '/user/me',
    status: 200,
    duration_ms: expect.any(Number),
    user_id: user.id,
    session_id: user.sessionId,
    bytes: answer.text.length,
    msg: 'request',
  });
});

it('the route is its pattern, and none where there is none', async () => {
  const user = await newUser(product);
  const [known, unknown, raw] = [randomUUID(), randomUUID(), randomUUID()];
  await user.client.get(`/chatroom/${randomUUID()}`, { headers: { 'x-request-id': known } });
  await user.client.get('/a/secret/path', { headers: { 'x-request-id': unknown } });
  await sendRaw(
    product.url,
    `GET /%zz HTTP/1.1\r\nhost: a\r\nx-request-id: ${raw}\r\nconnection: close\r\n\r\n`,
  );
  expect(await lineOf(known)).toMatchObject({ route: '/chatroom/:id', status: 404 });
  expect(await lineOf(unknown)).toMatchObject({ route: null, status: 404 });
  expect(await lineOf(raw)).toMatchObject({ route: null, status: 404 });
});

it('no token, query, header, path or body is in the log, whatever goes wrong', async () => {
  const user = await newUser(product);
  const secret = `secret-${randomUUID()}`;
  const headers = { 'x-secret': secret, 'user-agent': secret };
  const requestId = randomUUID();
  await user.client.get(`/user/me?otp=${secret}`, { headers });
  await user.client.get(`/${secret}?q=${secret}`, { headers });
  await user.client.post(
    '/auth/verify-otp',
    { mobile_number: secret, otp: secret, [secret]: secret },
    { headers },
  );
  await user.client.post('/auth/login', { mobile_number: '+919876543210', password: secret }, { headers });
  await product.client.request('POST', '/auth/refresh', { raw: `{"refresh_token":"${secret}`, headers });
  await product.client.get('/user/me', { token: secret, headers: { ...headers, 'x-request-id': requestId } });
  await sendRaw(product.url, `${secret} / HTTP/1.1\r\n\r\n`);
  await lineOf(requestId);
  expect(product.log).not.toContain(secret);
  expect(product.log).not.toContain(user.token);
});
