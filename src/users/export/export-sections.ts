import { Injectable } from '@nestjs/common';
import type { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';

/** Order of the sections. */
const ORDER = [
  'account',
  'identities',
  'sessions',
  'sign_in_networks',
  'codes',
  'chatrooms',
  'messages',
  'idempotency_keys',
  'list_cache_bypass',
  'daily_usage',
  'billing_account',
  'subscriptions',
  'checkout_sessions',
  'outgoing_events',
  'operator_access',
] as const;

export type ExportSectionName = (typeof ORDER)[number];

/** A user's rows of one table. */
export interface ExportSection {
  name: ExportSectionName;
  /** The rows as JSON objects, read in pages: a history may not fit into memory. */
  rows(userId: string): AsyncIterable<object>;
}

/** Registry of the export's sections: everything that deleting the account erases, and operators' accesses. */
@Injectable()
export class ExportSections {
  private readonly sections = new Map<ExportSectionName, ExportSection>();

  register(...sections: ExportSection[]): void {
    for (const section of sections) this.sections.set(section.name, section);
  }

  get all(): ExportSection[] {
    return ORDER.flatMap((name) => this.sections.get(name) ?? []);
  }
}

/** A section from one statement, with the wire's field names; for tables with few rows per user. */
export class StatementSection implements ExportSection {
  constructor(
    readonly name: ExportSectionName,
    private readonly database: Database,
    private readonly statement: Statement<{ userId: string }>,
  ) {}

  async *rows(userId: string): AsyncIterable<object> {
    for (const row of await this.database.run(this.statement, { userId })) yield wireNamed(row);
  }
}

/** `createdAt` → `created_at` */
function wireNamed(row: object): object {
  const wireName = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [wireName(name), value]));
}

/**
 * Yields rows page by page; each page begins after the last row of the one before.
 * @param fetch returns at most `limit` rows after `after`; null: from the beginning
 */
export async function* pageByPage<T extends object>(
  limit: number,
  fetch: (after: T | null) => Promise<T[]>,
): AsyncIterable<T> {
  let last: T | null = null;
  for (;;) {
    const page: T[] = await fetch(last);
    yield* page;
    if (page.length < limit) return;
    last = page.at(-1)!;
  }
}
