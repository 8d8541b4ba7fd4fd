import { ask } from '../support/conversations.js';
import { eventually } from '../support/eventually.js';
import { startFleet, type Fleet } from '../support/fleet.js';
import { newUser, type TestUser } from '../support/people.js';
import { openPool, Product } from '../support/product.js';
import { endsWithFile } from '../support/programs.js';
import { redisCli } from '../support/redis-servers.js';
import { newRoom } from '../support/rooms.js';
import { onRedis } from '../support/suites.js';
import { queuePrefix } from '../../src/platform/redis/redis-names.js';

/** What the project `fleet` relies on: without it, its files would run in one process and prove nothing. */
onRedis('a fleet', () => {
  let fleet: Fleet;
  let product: Product;
  let user: TestUser;
  beforeAll(async () => {
    fleet = await startFleet({}, endsWithFile);
    product = new Product(
      fleet.url,
      fleet.databaseUrl,
      openPool(fleet.databaseUrl),
      fleet.child,
      fleet.output,
    );
    user = await newUser(product, { tier: 'pro' });
  });
  afterAll(() => product.db.end());

  it('sends four requests after each other to four API processes', async () => {
    const answers = [];
    for (let nth = 0; nth < 4; nth += 1) answers.push(await user.client.get('/user/usage'));
    const ids = answers.map(({ headers }) => headers.get('x-request-id')!);
    const answered = (text: string) => ids.filter((id) => text.includes(id)).length;
    await eventually(
      () => fleet.apis.map(({ output }) => answered(output.text)),
      (counts) => counts.every((count) => count === 1),
    );
  });

  it('answers in its four workers, with jobs on a Redis Cluster', async () => {
    const hasWorked = ({ output }: Fleet['workers'][number] | Fleet['apis'][number]) =>
      output.text.includes('"msg":"reply ended"');
    await eventually(
      async () => ask(user, (await newRoom(user)).id),
      () => fleet.workers.every(hasWorked),
    );
    expect(fleet.apis.some(hasWorked)).toBe(false);
    const port = new URL(fleet.redisUrl.split(',')[0]!).port;
    expect(redisCli('-p', port, 'cluster', 'info')).toContain('cluster_size:3');
    expect(redisCli('-c', '-p', port, 'exists', `${queuePrefix('cluster', 'replies')}:replies:meta`)).toBe(
      '1\n',
    );
  });

  it('scripts the one model that all workers call', async () => {
    const scripts = [{ match: 'of the fleet', chunks: ['scripted'] }];
    expect((await product.client.post('/sandbox/llm/script', { scripts })).status).toBe(200);
    const { body } = await ask(user, (await newRoom(user)).id, 'of the fleet');
    expect(body.reply.content).toBe('scripted');
  });
});
