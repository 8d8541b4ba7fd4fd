import pg from 'pg';

/** Addresses of the run's servers, passed to the test files through environment variables. */
export const ADMIN_URL = 'TEST_POSTGRES_URL';
export const REDIS_URL = 'TEST_REDIS_URL';
export const TEMPLATE = 'chat_template';
/** Sequence that numbers the run's databases, so that each has a Redis database of its own. */
export const DATABASE_NUMBERS = 'database_numbers';

/** Runs one statement on the run's PostgreSQL. */
export async function admin<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}
