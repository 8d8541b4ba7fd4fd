import type { EntityManager } from 'typeorm';

/** Work that waits for the commit of an open transaction. */
const waiting = new WeakMap<EntityManager, (() => void)[]>();

/**
 * Runs `work` when the transaction of this manager has committed, and not at all when it is rolled back: for counts and other
 * changes in memory. When the answer to the commit is lost, the work does not run.
 */
export function afterCommit(manager: EntityManager, work: () => void): void {
  const works = waiting.get(manager);
  if (!works) throw new Error('the manager is not that of Database.tx');
  works.push(work);
}

/** Runs a transaction, and then the work of {@link afterCommit}. */
export async function withAfterCommit<T>(
  transaction: (begin: (manager: EntityManager) => void) => Promise<T>,
): Promise<T> {
  const works: (() => void)[] = [];
  const result = await transaction((manager) => void waiting.set(manager, works));
  for (const work of works) work();
  return result;
}
