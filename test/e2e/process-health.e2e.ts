import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';
import { backend, newDatabase } from '../support/processes.js';
import { startProduct, type Product } from '../support/product.js';
import { TcpProxy } from '../support/tcp-proxy.js';

let wire: TcpProxy;
let redis: OwnRedis | null;
let product: Product;
beforeAll(async () => {
  wire = await TcpProxy.to(await newDatabase());
  redis = backend === 'redis' ? await OwnRedis.start() : null;
  product = await startProduct({ DATABASE_URL: wire.url, ...(redis && { REDIS_URL: redis.url }) });
});
afterAll(async () => {
  await product.close();
  await wire.close();
  await redis?.close();
});

it('a healthy process reports each part', async () => {
  const { status, body } = await product.client.get('/health/ready');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    checks: { database: 'up', queue: 'up', bus: 'up', ...(redis && { redis: 'up' }) },
  });
  expect((await product.client.get('/health/live')).body).toEqual({ status: 'live' });
});

it('without PostgreSQL a process is live but not ready, and the log has no line a check', async () => {
  wire.cut();
  await eventually(
    () => product.client.get('/health/ready'),
    ({ status, body, headers }) =>
      status === 503 && body.code === 'unavailable' && headers.get('retry-after') === '2',
  );
  expect((await product.client.get('/health/live')).status).toBe(200);
  wire.mend();
  await eventually(
    () => product.client.get('/health/ready'),
    ({ status, body }) => status === 200 && body.status === 'ready',
  );
  expect(product.log).not.toMatch(/"http.route":"\/health/);
  expect(product.log).not.toContain('The database does not respond');
});

if (backend === 'redis')
  it('without Redis a process is degraded but ready: messages are still accepted', async () => {
    await redis!.kill();
    const { body } = await eventually(
      () => product.client.get('/health/ready'),
      (answer) => answer.status === 200 && answer.body.status === 'degraded',
    );
    expect(body.checks).toMatchObject({ database: 'up', redis: 'down', queue: 'down' });
    await redis!.start();
    await eventually(
      () => product.client.get('/health/ready'),
      (answer) => answer.body.status === 'ready',
    );
  });
