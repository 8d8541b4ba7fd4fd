import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '../../platform/config/config.js';
import { Redactor } from './redactor.js';
import { runChecks } from './run-checks.js';
import { smsChecks } from './sms-checks.js';

const SID = `AC${'0123456789abcdef'.repeat(2)}`;
const TOKEN = 'k3VtYw9mXcR5sLh2';
const SERVICE = `MG${'0123456789abcdef'.repeat(2)}`;

/** Answers by path, without its query. */
let answers: Record<string, object>;
let requests: string[];
let server: Server;
let url: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url!.split('?', 1)[0]!;
    requests.push(`${request.method} ${request.url}`);
    const credentials = `Basic ${Buffer.from(`${SID}:${TOKEN}`).toString('base64')}`;
    const status = request.headers.authorization !== credentials ? 401 : path in answers ? 200 : 404;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? answers[path] : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  requests = [];
  answers = {
    [`/2010-04-01/Accounts/${SID}.json`]: { status: 'active', type: 'Full' },
    [`/2010-04-01/Accounts/${SID}/Messages.json`]: {},
    [`/2010-04-01/Accounts/${SID}/IncomingPhoneNumbers.json`]: { incoming_phone_numbers: [{}] },
    [`/v1/Services/${SERVICE}`]: {},
    [`/v1/Services/${SERVICE}/PhoneNumbers`]: { phone_numbers: [{}, {}] },
    [`/v1/Services/${SERVICE}/AlphaSenders`]: { alpha_senders: [{}] },
    [`/v1/Services/${SERVICE}/ShortCodes`]: { short_codes: [] },
  };
});

async function run(environment: Record<string, string> = {}, sendTo: string | null = null) {
  const twilio = { TWILIO_ACCOUNT_SID: SID, TWILIO_AUTH_TOKEN: TOKEN, TWILIO_MESSAGING_SERVICE_SID: SERVICE };
  const config = loadConfig(
    { OTP_DELIVERY: 'twilio', ...twilio, ...environment },
    { embeddedSecret: () => '' },
  );
  const group = smsChecks(config, sendTo, { api: url, messaging: url });
  const results = await runChecks([group], Redactor.of(config));
  return results.map(({ check, outcome, fact }) => `${check}: ${outcome}: ${fact}`);
}

it('asks Twilio for the account and the senders, and sends nothing', async () => {
  expect(await run()).toEqual([
    'account: ok: the account is active',
    'sender: ok: the messaging service has 3 senders',
  ]);
  expect(requests.filter((line) => line.startsWith('POST'))).toEqual([]);
});

it('asks for the number of TWILIO_FROM where there is no messaging service', async () => {
  const from = { TWILIO_MESSAGING_SERVICE_SID: '', TWILIO_FROM: '+15550100' };
  expect(await run(from)).toContain('sender: ok: the number belongs to the account');
  expect(requests.at(-1)).toContain('PhoneNumber=%2B15550100');
});

it('tells a wrong token by the account, and skips the rest', async () => {
  expect(await run({ TWILIO_AUTH_TOKEN: 'another-token-of-twilio' })).toEqual([
    'account: failed: Twilio refuses the account or its token (401)',
    'sender: skipped: needs “account”',
  ]);
});

it('sends one message where --send-to names a number', async () => {
  expect(await run({}, '+14155550100')).toContain(
    'test message: ok: the provider took it: look at the phone',
  );
  expect(requests.filter((line) => line.startsWith('POST'))).toEqual([
    `POST /2010-04-01/Accounts/${SID}/Messages.json`,
  ]);
});

it('says that the sandbox sends no message to the number of --send-to', async () => {
  expect(await run({ OTP_DELIVERY: 'sandbox' }, '+14155550100')).toContain(
    'test message: skipped: not sent: the sandbox delivers to no phone',
  );
  expect(requests).toEqual([]);
});
