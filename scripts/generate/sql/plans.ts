import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../../../src/platform/database/connections.js';
import { migrate } from '../../../src/platform/database/migrate.js';
import type { Statement } from '../../../src/platform/database/statement.js';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/embedded-postgres.js';

/** PostgreSQL's plan of a statement. */
export interface StatementPlan {
  /** Types of the parameters, in order. */
  types: string[];
  /** Indexes of the plan, without those of functions that the statement calls. */
  indexes: string[];
  /** Tables that the plan scans sequentially. */
  scans: string[];
}

type Client = ReturnType<typeof createClient>;

/**
 * Plans statements by name, in an embedded PostgreSQL with all migrations and no rows. Sequential scans are disabled
 * where an index can be used, as on large tables; plans are generic, so that parameter values have no influence.
 */
export async function plansOf(statements: readonly Statement[]): Promise<Map<string, StatementPlan>> {
  const folder = await mkdtemp(join(tmpdir(), 'chat-plans-'));
  try {
    // Nothing is kept, so durability is off; statistics would make plans vary.
    const settings = { fsync: 'off', autovacuum: 'off' };
    const postgres = await startEmbeddedPostgres(folder, { settings });
    try {
      await migrate(postgres.url);
      return await readPlans(postgres.url, statements);
    } finally {
      await postgres.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readPlans(url: string, statements: readonly Statement[]): Promise<Map<string, StatementPlan>> {
  const client = createClient({ connectionString: url });
  await client.connect();
  try {
    await client.query('set enable_seqscan = off');
    const plans = new Map<string, StatementPlan>();
    for (const statement of statements) plans.set(statement.name, await readPlan(client, statement));
    return plans;
  } finally {
    await client.end();
  }
}

async function readPlan(client: Client, { name, text }: Statement): Promise<StatementPlan> {
  try {
    await client.query(`prepare "${name}" as ${text}`);
    const prepared = await client.query<{ types: string[] }>(
      'select parameter_types::text[] as types from pg_prepared_statements where name = $1',
      [name],
    );
    const explained = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
      `explain (generic_plan, format json) ${text}`,
    );
    const nodes = nodesOf(explained.rows[0]!['QUERY PLAN'][0].Plan);
    return {
      types: prepared.rows[0]!.types,
      indexes: named(nodes.map((node) => node['Index Name'])),
      scans: named(
        nodes.map((node) => (node['Node Type'] === 'Seq Scan' ? node['Relation Name'] : undefined)),
      ),
    };
  } catch (error) {
    throw new Error(`PostgreSQL does not take the statement ${name}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

const named = (names: (string | undefined)[]): string[] =>
  [...new Set(names)].filter((name) => name !== undefined).toSorted();
