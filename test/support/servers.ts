import pg from 'pg';

/** Addresses of the run's servers, passed to the test files through environment variables. */
export const ADMIN_URL = 'TEST_POSTGRES_URL';
export const REDIS_URL = 'TEST_REDIS_URL';
export const TEMPLATE = 'chat_template';

/** Runs one statement on the run's PostgreSQL. */
export async function admin(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
