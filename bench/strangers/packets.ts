/** Packets that a client without a valid token may send: bytes, and a name for the table. */
export interface Packet {
  name: string;
  bytes: string;
}

const KIB = 1024;
/** Node's limit for request line and headers together, minus the other headers. */
const HEADER = 15 * KIB;
const ROOM = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';

const fill = (text: string, length = HEADER) => text.repeat(Math.ceil(length / text.length)).slice(0, length);

const get = (target: string, headers: Record<string, string> = {}): string =>
  `GET ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${lines(headers)}\r\n`;
const lines = (headers: Record<string, string>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
const post = (target: string, body: string, headers: Record<string, string> = {}): string =>
  `POST ${target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n` +
  lines({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body, 'latin1')),
    ...headers,
  }) +
  `\r\n${body}`;

/** Without `connection: close`: the server decides about the rest of a body. */
const inChunks = (target: string): string =>
  `POST ${target} HTTP/1.1\r\nhost: localhost\r\n` +
  'content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';

/** A correct packet, for comparison. */
export const PLAIN: Packet = { name: 'an address that does not exist', bytes: get('/nowhere') };

const raw: Packet[] = [
  {
    name: 'no HTTP, 64 KiB of blanks in a request id',
    bytes: `GARBAGE\r\nx-request-id:${fill(' ', 64 * KIB)}x`,
  },
  { name: 'no HTTP, 64 KiB of request ids', bytes: `GARBAGE${fill('\r\nx-request-id: ', 64 * KIB)}` },
  {
    name: 'headers of 64 KiB of blanks',
    bytes: `GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx: ${fill('a', 32 * KIB)}\r\nx-request-id:${fill(' ', 32 * KIB)}x\r\n\r\n`,
  },
  {
    name: 'chunk extensions of 64 KiB',
    bytes: `POST /auth/send-otp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2;${fill('a=" ', 64 * KIB)}\r\n{}\r\n0\r\n\r\n`,
  },
  {
    name: 'message: 512 KiB in chunks of one byte',
    bytes: `${inChunks(`/chatroom/${ROOM}/message`)}${'1\r\n \r\n'.repeat(512 * KIB)}0\r\n\r\n`,
  },
  {
    name: 'an unknown address: 8 MiB in chunks of one byte',
    bytes: `${inChunks('/nowhere')}${'1\r\n \r\n'.repeat(1400 * KIB)}0\r\n\r\n`,
  },
  {
    name: 'sign-in: a body of 32 MiB',
    bytes: post('/auth/send-otp', fill(' ', 32 * KIB * KIB)).replace(
      'connection: close',
      'connection: keep-alive',
    ),
  },
  {
    name: 'no HTTP, 32 MiB of it',
    bytes: fill('GARBAGE ', 32 * KIB * KIB),
  },
  {
    name: 'a body in chunks of one byte',
    bytes: `${inChunks('/auth/send-otp')}${'1\r\n \r\n'.repeat(8 * KIB)}0\r\n\r\n`,
  },
  { name: '2,000 header names', bytes: get('/nowhere', names(2000)) },
  {
    name: 'a header given 2,000 times',
    bytes: `GET /nowhere HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n${'x: 1\r\n'.repeat(2000)}\r\n`,
  },
  {
    name: 'a request, then garbage',
    bytes: `${get('/nowhere').replace('connection: close\r\n', '')}${fill('\0\r\n', 64 * KIB)}`,
  },
];

function names(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index.toString(36)}`, '']));
}

const targets: Packet[] = [
  ['a path of 15 KiB', `/${fill('a')}`],
  ['a path of 7,500 slashes', fill('/a')],
  ['a path of dots', fill('/..')],
  ['a path of escapes', `/${fill('%41')}`],
  ['a path of broken escapes', `/${fill('%zz')}`],
  ['a path that no method has', `/chatroom/${fill('a/')}`],
  ['7,500 query parameters', `/auth/sessions?${fill('a&')}`],
  [
    '3,000 different query parameters',
    `/user/me?${Array.from({ length: 3000 }, (_, n) => n.toString(36)).join('&')}`,
  ],
  ['a query parameter 5,000 times', `/chatroom?${fill('a=1&')}`],
  ['a query parameter with 5,000 brackets', `/chatroom?a${fill('[a]')}=1`],
  ['a query of broken escapes', `/chatroom?a=${fill('%zz')}`],
  ['a cursor of 15 KiB', `/chatroom?cursor=${fill('A')}`],
  ['page of errors', `/docs/errors?${fill('a')}`],
].map(([name, target]) => ({ name: name!, bytes: get(target!) }));

const headers: Packet[] = [
  ['accept', fill('text/html;q=0.1,')],
  ['accept', fill(',')],
  ['accept', fill(';q=')],
  ['accept-encoding', fill('gzip;q=0.1,')],
  ['accept-language', fill('a,')],
  ['authorization', fill('Bearer ')],
  ['authorization', `Bearer ${fill('a.')}`],
  ['authorization', `Bearer ${fill('eyJhbGciOiJIUzI1NiJ9.')}`],
  [
    'authorization',
    `Bearer ${Buffer.from(`{"alg":"HS256","kid":"${fill('a', 7000)}"}`).toString('base64url')}.e30.c2ln`,
  ],
  ['authorization', `Bearer${fill(' ')}`],
  ['authorization', `Bearer ${fill('a ')}`],
  ['cookie', fill('a=b; ')],
  ['content-type', `application/json;${fill('a="b";')}`],
  ['expect', fill('a')],
  ['forwarded', fill('for=1;')],
  ['idempotency-key', `"${fill('a"')}`],
  ['if-none-match', fill('"a", ')],
  ['if-none-match', fill('W/')],
  ['last-event-id', fill('1-')],
  ['origin', `http://localhost:${fill('1')}`],
  ['prefer', fill('wait= ')],
  ['prefer', fill(';wait')],
  ['prefer', fill('wait="1')],
  ['range', fill('bytes=0-,')],
  ['stripe-signature', fill('v1=a,')],
  ['stripe-signature', fill('t=1,')],
  ['traceparent', fill('00-')],
  ['user-agent', fill('é (')],
  ['x-forwarded-for', fill('10.0.0.1,')],
  ['x-forwarded-for', fill(',')],
  ['x-forwarded-for', fill('[::')],
  ['x-request-id', fill(' a')],
].map(([name, value]) => ({
  name: `${name}: ${value!.slice(0, 16)}…`,
  bytes: get('/chatroom', { [name!]: value! }),
}));

const members = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 0])));
const emoji = (count: number) => `{"content":"${'\\ud83d\\ude00'.repeat(count)}"}`;
const WIDE = 512 * KIB - 20;
const NARROW = 8 * KIB - 20;

const bodies: Packet[] = [
  ...[
    ['40,000 unknown fields', members(40_000).slice(0, WIDE)],
    ['40,000 unknown fields, nested', `{"content":${members(38_000)}}`],
    ['lists of objects', `{"content":[${fill('{"a":1},', WIDE)}1]}`],
    ['200,000 numbers', `[${fill('0,', WIDE)}0]`],
    ['one number of 512 KiB', `{"content":${fill('1', WIDE)}}`],
    ['one fraction of 512 KiB', `{"content":0.${fill('0', WIDE)}1}`],
    ['blanks of 512 KiB', `{"content":${fill(' ', WIDE)}1}`],
    ['a text of 32,000 escaped emoji', emoji(32_000)],
    ['a text of escaped quotes', `{"content":"${fill('\\"', WIDE)}"}`],
    ['a text of backslashes', `{"content":"${fill('\\\\', WIDE)}"}`],
    ['a text that does not end', `{"content":"${fill('\\"', WIDE)}`],
    ['a text of NUL', `{"content":"${fill('\\u0000', WIDE)}"}`],
    ['a name of 512 KiB', `{"${fill('a', WIDE)}":1}`],
    ['256,000 levels', fill('[', WIDE)],
    ['what is not UTF-8', fill('\u00e9', WIDE)],
    ['what is not JSON', fill('}', WIDE)],
  ].map(([name, body]) => ({ name: `message: ${name}`, bytes: post(`/chatroom/${ROOM}/message`, body!) })),
  {
    name: 'event: 512 KiB, not signed',
    bytes: post('/webhook/stripe', fill('[', WIDE), {
      'stripe-signature': `t=${Math.floor(Date.now() / 1000)},${fill('v1=a,', 10 * KIB)}`,
    }),
  },
  {
    name: 'sign-in: 429 KB of unknown fields',
    bytes: post('/auth/send-otp', members(40_000).slice(0, 429 * KIB)),
  },
  ...[
    ['100 unknown fields', members(100)],
    ['101 unknown fields', members(101)],
    ['1,000 values in lists', `{"mobile_number":[${fill('[],', 2900)}[]]}`],
    ['a number of 8 KiB', `{"mobile_number":"+${fill('1', NARROW)}"}`],
    ['a number of 8 KiB of separators', `{"mobile_number":"+1${fill(' -(', NARROW)}"}`],
    ['a number of extensions', `{"mobile_number":"+14155550100${fill(';ext=1', NARROW)}"}`],
    ['a challenge of 8 KiB', `{"mobile_number":"+14155550100","challenge_id":"${fill('a', NARROW - 100)}"}`],
  ].map(([name, body]) => ({ name: `sign-in: ${name}`, bytes: post('/auth/send-otp', body!) })),
  ...[
    ['an e-mail of 7 KiB', `{"mobile_number":"+14155550100","email":"${fill('a@a.', 7 * KIB)}"}`],
    ['an e-mail of quotes', `{"mobile_number":"+14155550100","email":"${fill('\\"a\\"@', 7 * KIB)}"}`],
    ['a password of 7 KiB', `{"mobile_number":"+14155550100","password":"${fill('aA1', 7 * KIB)}"}`],
    ['a name of 7 KiB', `{"mobile_number":"+14155550100","name":"${fill(' a', 7 * KIB)}"}`],
  ].map(([name, body]) => ({ name: `sign-up: ${name}`, bytes: post('/auth/signup', body!) })),
  {
    name: 'refresh: a token of 8 KiB',
    bytes: post('/auth/refresh', `{"refresh_token":"${fill('A', NARROW)}"}`),
  },
  {
    name: 'verify: a code of 8 KiB',
    bytes: post('/auth/verify-otp', `{"mobile_number":"+14155550100","otp":"${fill('1 ', NARROW - 100)}"}`),
  },
];

export const PACKETS: Packet[] = [...raw, ...targets, ...headers, ...bodies];
