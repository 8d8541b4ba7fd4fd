import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TwilioSender } from './twilio.sender.js';

let server: Server;
let seen: { url?: string; authorization?: string; form: URLSearchParams }[] = [];
let status = 201;
let baseUrl = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { authorization } = request.headers;
      seen.push({ url: request.url, authorization, form: new URLSearchParams(body) });
      response.writeHead(status).end('{"code":21211,"message":"+919876543210 is not a number"}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  seen = [];
  status = 201;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const settings = { accountSid: 'AC1', authToken: 'token', messagingServiceSid: null, from: '+15005550006' };
const sms = { id: 'sms_1', to: '+919876543210', text: 'Your code is 123456 & äöü' };

it('the request has the form of Twilio’s REST API', async () => {
  await new TwilioSender(settings, baseUrl).send(sms);
  expect(seen).toHaveLength(1);
  expect(seen[0]!.url).toBe('/2010-04-01/Accounts/AC1/Messages.json');
  expect(seen[0]!.authorization).toBe(`Basic ${Buffer.from('AC1:token').toString('base64')}`);
  expect(Object.fromEntries(seen[0]!.form)).toEqual({ To: sms.to, Body: sms.text, From: '+15005550006' });
});

it('the messaging service takes precedence over the sender number', async () => {
  await new TwilioSender({ ...settings, messagingServiceSid: 'MG1' }, baseUrl).send(sms);
  expect(Object.fromEntries(seen[0]!.form)).toEqual({
    To: sms.to,
    Body: sms.text,
    MessagingServiceSid: 'MG1',
  });
});

it.each([
  [400, true],
  [401, false],
  [429, false],
  [500, false],
  [302, false],
])('%i is permanent: %s, and the error contains neither number nor code', async (answer, permanent) => {
  status = answer;
  const failure = await new TwilioSender(settings, baseUrl).send(sms).then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ name: 'SmsFailure', permanent, message: `Twilio answered ${answer}` });
});

it('an unreachable provider is a temporary failure', async () => {
  const sending = new TwilioSender(settings, 'http://127.0.0.1:1').send(sms);
  await expect(sending).rejects.toMatchObject({ name: 'SmsFailure', permanent: false });
});
