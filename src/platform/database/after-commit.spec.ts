import type { EntityManager } from 'typeorm';
import { afterCommit } from './after-commit.js';
import { Database } from './database.js';

/** A database that notes the end of each transaction. */
function databaseWith(steps: string[]): Database {
  const transaction = async <T>(work: (manager: EntityManager) => Promise<T>): Promise<T> => {
    try {
      const result = await work({} as EntityManager);
      steps.push('commit');
      return result;
    } catch (error) {
      steps.push('rollback');
      throw error;
    }
  };
  return new Database({ transaction } as never);
}

it('work that waits for a commit runs after it, once, in its order', async () => {
  const steps: string[] = [];
  await databaseWith(steps).tx(async (manager) => {
    for (const name of ['one', 'two']) afterCommit(manager, () => void steps.push(name));
  });
  expect(steps).toEqual(['commit', 'one', 'two']);
});

it('a rollback drops the work, and the repeated transaction runs its own', async () => {
  const steps: string[] = [];
  const database = databaseWith(steps);
  const count = (fails: boolean) =>
    database.tx(async (manager) => {
      afterCommit(manager, () => void steps.push('counted'));
      if (fails) throw new Error('deadlock');
    });
  await expect(count(true)).rejects.toThrow('deadlock');
  await count(false);
  expect(steps).toEqual(['rollback', 'commit', 'counted']);
});

it('a manager of another transaction is refused', () => {
  expect(() => afterCommit({} as EntityManager, () => undefined)).toThrow('Database.tx');
});
