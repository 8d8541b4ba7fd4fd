import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '../support/people.js';
import { runProgram, startProduct, type Product } from '../support/product.js';

const SECRET = 'only-for-tests-0123456789abcdef0123456789abcdef';

describe('npm start', () => {
  const DATA_DIR = mkdtempSync(join(tmpdir(), 'chat-data-'));
  chmodSync(DATA_DIR, 0o755);
  const embedded = { DATABASE_URL: '', REDIS_URL: '', DATA_DIR };
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(embedded, { isFresh: true });
  });
  afterAll(async () => {
    await product.close();
    rmSync(DATA_DIR, { recursive: true, force: true });
  });
  const health = async () => (await product.client.get('/sandbox/sms')).status;

  it('prints where to go next', () => {
    for (const line of [
      `${product.url}/docs`,
      `${product.url}/scalar`,
      'embedded PostgreSQL',
      '/auth/send-otp',
    ])
      expect(product.log).toContain(line);
  });

  it('twice on the same data names the process that holds it and changes nothing', async () => {
    const { code, output } = await runProgram('main', { PORT: '0', JWT_SECRET: SECRET, DATA_DIR });
    expect(code).toBe(1);
    expect(output).toContain(`in use by process ${product.process.pid}`);
    expect(await health()).toBe(200);
  });

  it('after a SIGKILL finds everything as it was', async () => {
    const sent = await product.client.post('/auth/send-otp', { mobile_number: '+919876500001' });
    await product.end('SIGKILL');
    product = await startProduct(embedded, { isFresh: true });
    const verified = await product.client.post('/auth/verify-otp', {
      mobile_number: '+919876500001',
      otp: sent.body.otp,
      challenge_id: sent.body.challenge_id,
    });
    expect(verified.status).toBe(200);
  });

  it('keeps its generated secrets readable by their owner only', () => {
    for (const file of ['postgres-password', 'owner.pid'])
      expect(statSync(join(DATA_DIR, file)).mode & 0o777).toBe(0o600);
  });

  // The last one: it ends the process.
  describe('a process that gets a stop signal', () => {
    it('finishes the running request and exits with 0', async () => {
      const { client } = await signIn(product);
      const room = (await client.post('/chatroom', {})).body.id;
      const answer = client.post(
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
});
