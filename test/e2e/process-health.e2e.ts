import { eventually } from '../support/eventually.js';
import { OwnRedis } from '../support/own-redis.js';
import { backend, newDatabase } from '../support/processes.js';
import { startProduct } from '../support/product.js';
import { TcpProxy } from '../support/tcp-proxy.js';

it('a healthy process reports each part', async () => {
  const product = await startProduct();
  const { status, body } = await product.client.get('/health/ready');
  expect(status).toBe(200);
  expect(body).toEqual({
    status: 'ready',
    checks: { database: 'up', queue: 'up', bus: 'up', ...(backend === 'redis' && { redis: 'up' }) },
  });
  expect((await product.client.get('/health/live')).body).toEqual({ status: 'live' });
  await product.close();
});

it('without PostgreSQL a process is live but not ready, and the log has no line a check', async () => {
  const wire = await TcpProxy.to(await newDatabase());
  const product = await startProduct({ DATABASE_URL: wire.url });
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
  await product.close();
  await wire.close();
});

if (backend === 'redis')
  it('without Redis a process is degraded but ready: messages are still accepted', async () => {
    const redis = await OwnRedis.start();
    const product = await startProduct({ REDIS_URL: redis.url });
    await redis.kill();
    const { body } = await eventually(
      () => product.client.get('/health/ready'),
      (answer) => answer.status === 200 && answer.body.status === 'degraded',
    );
    expect(body.checks).toMatchObject({ database: 'up', redis: 'down', queue: 'down' });
    await redis.start();
    await eventually(
      () => product.client.get('/health/ready'),
      (answer) => answer.body.status === 'ready',
    );
    await product.close();
    await redis.close();
  });
