import { eventually } from './eventually.js';
import type { Product } from './product.js';

/** Holds a row of the product's database, like a transaction of another process, during `work`. */
export async function whileHeld<T>(
  product: Product,
  rowSql: string,
  values: unknown[],
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const holder = await product.db.connect();
  let released: Promise<unknown> | null = null;
  const release = async () => void (await (released ??= holder.query('rollback')));
  try {
    await holder.query('begin');
    await holder.query(`${rowSql} for update`, values);
    return await work(release);
  } finally {
    await release();
    holder.release();
  }
}

/** The same for a room that another transaction writes. */
export const whileRoomIsHeld = <T>(
  product: Product,
  roomId: string,
  work: (release: () => Promise<void>) => Promise<T>,
): Promise<T> => whileHeld(product, 'select from chatrooms where id = $1', [roomId], work);

/** Waits until this many statements wait for a lock in a database. */
export const statementsWaiting = (on: Pick<Product, 'rows'>, count: number): Promise<unknown> =>
  eventually(
    () =>
      on.rows(`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`),
    ({ length }) => length >= count,
  );
