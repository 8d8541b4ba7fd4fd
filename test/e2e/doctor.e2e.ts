import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GeminiSandbox, SANDBOX_API_KEY } from '@chat-backend/gemini-sandbox';
import { DeafPooler } from '../support/deaf-pooler.js';
import { doctor, doctorProgram, factOf, failuresOf, findingOf } from '../support/doctor.js';
import { newDatabase } from '../support/processes.js';
import { newDataDir } from '../support/rooms.js';
import { admin, ADMIN_URL } from '../support/servers.js';
import { SMS_SECRET, SmsReceiver } from '../support/sms-receiver.js';
import { StripeScenario } from '../support/stripe-scenario.js';

const MODEL_KEY = 'mistral-key-0123456789';
const WEBHOOK_SECRET = `whsec_${'b7Jq0Zk3VtYw9mXc'.repeat(2)}`;

/** An OpenAI-compatible server with one model and one key. */
function startModelServer(): Promise<Server> {
  const server = createServer((request, response) => {
    const isListing = request.url === '/v1/models';
    const isKnown = request.headers.authorization === `Bearer ${MODEL_KEY}`;
    request.resume();
    if (!isKnown) return void response.writeHead(401).end('{}');
    if (isListing) return void response.end(JSON.stringify({ data: [{ id: 'mistral-large' }] }));
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { model } = JSON.parse(body) as { model: string };
      if (model !== 'mistral-large') return void response.writeHead(404).end('{}');
      const chunk = {
        id: 'c',
        model,
        choices: [{ index: 0, delta: { content: 'Yes' }, finish_reason: 'stop' }],
      };
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe('npm run doctor', () => {
  const gemini = new GeminiSandbox();
  let stripe: StripeScenario;
  let sms: SmsReceiver;
  let models: Server;
  let environment: Record<string, string>;

  beforeAll(async () => {
    await gemini.listen();
    sms = await SmsReceiver.start();
    models = await startModelServer();
    stripe = await StripeScenario.start({ STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET, WORKER: 'separate' });
    const { product, sandbox } = stripe;
    await sandbox.webhooks.deliverTo(`${product.url}/webhook/stripe`, { secret: WEBHOOK_SECRET });
    environment = {
      ...stripe.environment,
      ...sms.environment,
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      DATABASE_URL: product.databaseUrl,
      APP_URL: product.url,
      LLM_PROVIDERS: 'gemini,mistral',
      GEMINI_API_KEY: SANDBOX_API_KEY,
      GEMINI_BASE_URL: gemini.url,
      MISTRAL_BASE_URL: `http://127.0.0.1:${(models.address() as AddressInfo).port}/v1`,
      MISTRAL_API_KEY: MODEL_KEY,
      MISTRAL_MODEL: 'mistral-large',
    };
  });
  afterAll(async () => {
    await stripe.stop();
    await gemini.close();
    await sms.close();
    models.close();
  });
  beforeEach(() => {
    // The signed request is accepted, the forged one is not.
    sms.statuses = [200, 401];
  });

  it('finds every service in order, through a real call of each, and sends no message', async () => {
    const report = await doctorProgram(environment, '--json');
    expect(failuresOf(report)).toEqual([]);
    for (const [service, ...checks] of [
      [
        'PostgreSQL',
        'connection',
        'version',
        'role of the server',
        'migrations',
        'rights',
        'sessions and LISTEN',
        'clock',
      ],
      ['Gemini', 'address and key', 'model gemini-flash-latest'],
      ['Model server mistral', 'address and key', 'model mistral-large'],
      [
        'Stripe',
        'key',
        'clock',
        `price ${environment['STRIPE_PRICE_PRO_ID']}`,
        'webhook endpoint',
        'webhook secret',
        'customer portal',
      ],
      ['SMS', 'webhook'],
    ] as const)
      for (const check of checks)
        expect([service, check, ...findingOf(report, service, check)]).toEqual([service, check, 'ok']);
    expect(gemini.calls.filter(({ model }) => model === 'gemini-flash-latest')).toHaveLength(1);
    expect(sms.received.map(({ to }) => to)).toEqual([undefined, undefined]);
    expect(await stripe.product.rows('select id from webhook_events')).toEqual([]);
  });

  it('names the variable of each wrong key, skips what needs it, and prints no secret', async () => {
    sms.statuses = [401];
    const wrong = {
      GEMINI_API_KEY: 'AIzaSyD-wrong-k3VtYw9mXcR5sL',
      MISTRAL_API_KEY: 'mistral-wrong-9876543210',
      STRIPE_SECRET_KEY: ['sk', 'test', 'wrongZk3VtYw9mXcR5sLh2NfP'].join('_'),
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET.toLowerCase(),
    };
    const report = await doctor({ ...environment, ...wrong });
    expect(report.code).toBe(1);
    expect(findingOf(report, 'Gemini', 'address and key')).toEqual(['failed', 'GEMINI_API_KEY']);
    expect(findingOf(report, 'Gemini', 'model gemini-flash-latest')).toEqual(['skipped']);
    expect(findingOf(report, 'Model server mistral', 'address and key')).toEqual([
      'failed',
      'MISTRAL_API_KEY',
    ]);
    expect(findingOf(report, 'Stripe', 'key')).toEqual(['failed', 'STRIPE_SECRET_KEY']);
    expect(findingOf(report, 'Stripe', 'customer portal')).toEqual(['skipped']);
    expect(findingOf(report, 'Stripe', 'webhook secret')).toEqual(['failed', 'STRIPE_WEBHOOK_SECRET']);
    expect(findingOf(report, 'SMS', 'webhook')).toEqual(['failed', 'SMS_WEBHOOK_SECRET']);
    const secrets = [...Object.values(wrong), SMS_SECRET, environment['JWT_SECRET'] ?? 'only-for-tests-0123'];
    for (const secret of secrets) expect(report.output).not.toContain(secret);
  });

  it('names unknown models, an archived price, a price that is paid once, and a portal without settings', async () => {
    const { id: product } = await stripe.api.products.create({ name: 'Old' });
    const price = { product, currency: 'usd', unit_amount: 500 };
    const archived = await stripe.api.prices.create({
      ...price,
      active: false,
      recurring: { interval: 'month' },
    });
    const once = await stripe.api.prices.create(price);
    await stripe.sandbox.configure({ hasPortal: false });
    const report = await doctor({
      ...environment,
      GEMINI_MODEL: 'gemini-2.0-flash',
      MISTRAL_MODEL: 'mistral-tiny',
      STRIPE_PRICE_PRO_ID: `${archived.id},${once.id},price_unknown`,
      APP_URL: 'http://127.0.0.1:1',
    });
    await stripe.sandbox.configure({ hasPortal: true });
    expect(failuresOf(report)).toEqual([
      'Gemini: model gemini-2.0-flash',
      'Model server mistral: model mistral-tiny',
      `Stripe: price ${archived.id}`,
      `Stripe: price ${once.id}`,
      'Stripe: price price_unknown',
      'Stripe: customer portal',
    ]);
    expect(findingOf(report, 'Gemini', 'model gemini-2.0-flash')).toEqual(['failed', 'GEMINI_MODEL']);
    expect(findingOf(report, 'Model server mistral', 'model mistral-tiny')).toEqual([
      'failed',
      'MISTRAL_MODEL',
    ]);
    expect(findingOf(report, 'Stripe', 'webhook endpoint')).toEqual(['warning', 'APP_URL']);
  });

  it('measures the clock against each service', async () => {
    const report = await doctor(environment, { aheadSeconds: 120 });
    // The product refuses a signature from the future within its tolerance only; two minutes are within.
    expect(failuresOf(report)).toEqual(['PostgreSQL: clock', 'Stripe: clock']);
  });

  it('sees a server that does not wait for the disk, and notifications that a pooler loses', async () => {
    const DATABASE_URL = await newDatabase();
    const name = new URL(DATABASE_URL).pathname.slice(1);
    const pooler = await DeafPooler.to(DATABASE_URL);
    const report = await doctor({ DATABASE_URL: pooler.url });
    expect(failuresOf(report)).toEqual(['PostgreSQL: sessions and LISTEN']);
    expect(factOf(report, 'PostgreSQL', 'durability')).toContain('synchronous_commit is off');
    pooler.close();
    await admin(DATABASE_URL, `alter database ${name} set synchronous_commit = on`);
    const later = await doctor({ DATABASE_URL });
    expect(failuresOf(later)).toEqual([]);
    expect(factOf(later, 'PostgreSQL', 'durability')).toContain('fsync is off');
  });

  it('sees a schema that is not migrated, and a role without rights', async () => {
    const empty = new URL(process.env[ADMIN_URL]!);
    empty.pathname = `/doctor_${randomBytes(6).toString('hex')}`;
    await admin(process.env[ADMIN_URL]!, `create database ${empty.pathname.slice(1)}`);
    expect(failuresOf(await doctor({ DATABASE_URL: empty.href }))).toEqual(['PostgreSQL: migrations']);

    const role = `doctor_${randomBytes(6).toString('hex')}`;
    await admin(process.env[ADMIN_URL]!, `create role ${role} login password '${role}'`);
    const foreign = new URL(stripe.product.databaseUrl);
    Object.assign(foreign, { username: role, password: role });
    const report = await doctor({ DATABASE_URL: foreign.href });
    expect(failuresOf(report)).toContain('PostgreSQL: rights');
    expect(report.output).not.toContain(`:${role}@`);
  });

  it('names the reason when the database or a model server cannot be reached, and goes on', async () => {
    const report = await doctor({
      ...environment,
      DATABASE_URL: 'postgresql://no-user:secret-password@127.0.0.1:1/none',
      MISTRAL_BASE_URL: 'http://127.0.0.1:1/v1',
    });
    expect(failuresOf(report)).toEqual(['PostgreSQL: connection', 'Model server mistral: address and key']);
    expect(report.output).toContain('ECONNREFUSED');
    expect(report.output).not.toContain('secret-password');
    expect(findingOf(report, 'PostgreSQL', 'migrations')).toEqual(['skipped']);
    expect(findingOf(report, 'Stripe', 'key')).toEqual(['ok']);
  });

  it('says what is simulated when nothing is configured, and creates no secret', async () => {
    const DATA_DIR = newDataDir();
    const { code, output } = await doctorProgram({ JWT_SECRET: '', DATA_DIR });
    expect(code).toBe(0);
    expect(output).toContain('not production; simulated: SMS, Gemini, Stripe');
    expect(output.match(/simulated: /g)).toHaveLength(5);
    expect(output).toContain('→ GEMINI_API_KEY: create a key (https://aistudio.google.com/apikey)');
  });

  it('reports the faults of a configuration that stops a start, by the same rules', async () => {
    const report = await doctor({ NODE_ENV: 'production', PORT: 'http' });
    expect(report.code).toBe(1);
    expect(failuresOf(report)).toEqual(
      expect.arrayContaining([
        'Configuration: PORT',
        'Configuration: APP_URL',
        'Configuration: GEMINI_API_KEY',
      ]),
    );
  });

  it.each([['--help'], ['--send-to=0151'], ['check']])('for %s it says how it is called', async (word) => {
    expect(await doctorProgram({}, word)).toMatchObject({
      code: 64,
      output: expect.stringContaining('npm run doctor'),
    });
  });
});
