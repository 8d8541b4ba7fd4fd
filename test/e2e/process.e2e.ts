import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUser } from '../support/people.js';
import { newDatabase, runProgram, startProduct, type Product } from '../support/product.js';
import { REAL_WORLDS } from '../support/real-worlds.js';
import { newRoom } from '../support/rooms.js';

/** Production refuses secrets that look like an example. */
const STRONG_SECRET = 'b7Jq0Zk3VtYw9mXcR5sLh2NfPdGa8EuT';
const SECRET = 'only-for-tests-0123456789abcdef0123456789abcdef';

describe('on one command', () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'chat-data-'));
  chmodSync(DATA_DIR, 0o755);
  const embedded = { DATABASE_URL: '', REDIS_URL: '', DATA_DIR };
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(embedded);
  }, 60_000);
  afterAll(async () => {
    await product.close();
    rmSync(DATA_DIR, { recursive: true, force: true });
  });
  const health = async () => (await product.client.get('/sandbox/sms')).status;

  it('it says where to go next', () => {
    for (const line of [
      `${product.url}/docs`,
      `${product.url}/scalar`,
      'embedded PostgreSQL',
      '/auth/send-otp',
    ])
      expect(product.log).toContain(line);
  });

  it('a second start on the same data says who holds it, and leaves it alone', async () => {
    const { code, output } = await runProgram('main', { PORT: '0', JWT_SECRET: SECRET, DATA_DIR });
    expect(code).toBe(1);
    expect(output).toContain(`in use by process ${product.process.pid}`);
    expect(await health()).toBe(200);
  });

  it('after SIGKILL the next start finds everything as it was', async () => {
    const sent = await product.client.post('/auth/send-otp', { mobile_number: '+919876500001' });
    await product.end('SIGKILL');
    product = await startProduct(embedded);
    const verified = await product.client.post('/auth/verify-otp', {
      mobile_number: '+919876500001',
      otp: sent.body.otp,
      challenge_id: sent.body.challenge_id,
    });
    expect(verified.status).toBe(200);
  }, 60_000);

  it('the secrets that it made for itself are for its owner alone', () => {
    for (const file of ['postgres-password', 'owner.pid'])
      expect(statSync(join(DATA_DIR, file)).mode & 0o777).toBe(0o600);
  });
});

describe('a start that cannot be', () => {
  it('names every bad variable at once, and no value', async () => {
    const { code, output } = await runProgram('main', {
      PORT: 'not-a-port-4711',
      OTP_LENGTH: '99',
      JWT_SECRET: 'tooshort-4711',
    });
    expect(code).toBe(78);
    for (const name of ['PORT', 'OTP_LENGTH', 'JWT_SECRET']) expect(output).toContain(name);
    expect(output).not.toContain('4711');
  });

  it('HOST=0.0.0.0 with a sandbox is refused', async () => {
    const { code, output } = await runProgram('main', {
      HOST: '0.0.0.0',
      JWT_SECRET: SECRET,
      DATABASE_URL: await newDatabase(),
    });
    expect([code, output]).toEqual([
      78,
      expect.stringContaining('HOST: must be loopback while a sandbox is on'),
    ]);
  });

  it('production names each outside world, and takes no sandbox', async () => {
    const { code, output } = await runProgram('main', { NODE_ENV: 'production' });
    expect(code).toBe(78);
    for (const name of ['APP_URL', 'DATABASE_URL', 'JWT_SECRET', 'OTP_DELIVERY', 'GEMINI_API_KEY', 'BILLING'])
      expect(output).toContain(name);
  });

  it('a port in use is told with what to do, and leaves nothing running', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const { port } = blocker.address() as AddressInfo;
    const { code, output } = await runProgram('main', {
      PORT: String(port),
      JWT_SECRET: SECRET,
      DATABASE_URL: await newDatabase(),
    });
    blocker.close();
    expect([code, output]).toEqual([1, expect.stringContaining(`Port ${port} is in use`)]);
    expect(output).not.toContain('    at ');
  });

  it('a database without tables is told with the command that makes them', async () => {
    const url = new URL(await newDatabase());
    url.pathname = '/postgres';
    const { code, output } = await runProgram('main', {
      PORT: '0',
      JWT_SECRET: SECRET,
      DATABASE_URL: url.href,
    });
    expect([code, output]).toEqual([1, expect.stringContaining('npm run migrate')]);
  });
});

describe('the stand-ins for outside worlds', () => {
  const STAND_IN = /\/packages\/(?:gemini|stripe)-sandbox\/|\/src\/sandbox\//;

  it('are loaded by a process that uses them', async () => {
    const loaded = await modulesLoadedWith({});
    expect(loaded).toContainEqual(expect.stringMatching(/packages\/gemini-sandbox\/dist\/index\.js$/));
    expect(loaded).toContainEqual(expect.stringMatching(/packages\/stripe-sandbox\/dist\/index\.js$/));
  });

  it('are not loaded in production, not one file', async () => {
    const loaded = await modulesLoadedWith({
      NODE_ENV: 'production',
      JWT_SECRET: STRONG_SECRET,
      ...REAL_WORLDS,
    });
    expect(loaded).toContainEqual(expect.stringMatching(/dist\/src\/app\/start-sandbox\.js$/));
    expect(loaded.filter((url) => STAND_IN.test(url))).toEqual([]);
  });
});

/** URLs of the ES modules that an API process has loaded when it listens. */
async function modulesLoadedWith(environment: Record<string, string>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'chat-modules-'));
  const record = join(folder, 'modules');
  const preload = new URL('../support/record-modules.js', import.meta.url).href;
  const product = await startProduct({
    NODE_OPTIONS: `--import=${preload}`,
    RECORD_MODULES: record,
    ...environment,
  });
  await product.close();
  const loaded = readFileSync(record, 'utf8').trimEnd().split('\n');
  rmSync(folder, { recursive: true });
  return loaded;
}

describe('a process that is told to stop', () => {
  it('finishes the request that is running, and exits with 0', async () => {
    const product = await startProduct();
    const user = await newUser(product);
    const room = (await newRoom(user)).id;
    const answer = user.client.post(
      `/chatroom/${room}/message`,
      { content: '[[sandbox: slow]] hello' },
      { headers: { prefer: 'wait=1' } },
    );
    await new Promise((resolve) => setImmediate(resolve));
    const ended = product.end('SIGTERM');
    expect([201, 202]).toContain((await answer).status);
    expect(await ended).toBe(0);
  });
});
