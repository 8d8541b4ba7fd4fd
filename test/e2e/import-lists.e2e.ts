import { eventually } from '../support/eventually.js';
import { importWith } from '../support/importing.js';
import { signIn } from '../support/people.js';
import { backend, redisUrl } from '../support/processes.js';
import { startProduct } from '../support/product.js';
import { listOf, newDataDir } from '../support/rooms.js';

it('lists that are cached show imported rooms, and are cached again', async () => {
  // On PostgreSQL alone only the embedded product has a cache: its own memory.
  const embedded = { DATABASE_URL: '', DATA_DIR: newDataDir() };
  const product = await startProduct(backend === 'redis' ? {} : embedded);
  const shared = { DATABASE_URL: product.databaseUrl, REDIS_URL: redisUrl(product.databaseUrl) };
  const { client, mobileNumber } = await signIn(product);
  await eventually(
    async () => (await listOf(client)).from,
    (from) => from === 'HIT',
  );

  const { code } = await importWith(backend === 'redis' ? shared : embedded, {
    users: `id,mobile\n1,${mobileNumber}\n`,
    rooms: 'id,user_id,title\n1,1,From before\n2,1,Also\n',
    messages: 'id,room_id,role,content\n',
  });
  expect(code).toBe(0);
  const { ids } = await eventually(
    () => listOf(client),
    (list) => list.ids.length === 2,
  );
  const again = await eventually(
    () => listOf(client),
    ({ from }) => from === 'HIT',
  );
  expect(again.ids).toEqual(ids);
  await product.close();
});
