import { Injectable } from '@nestjs/common';
import type { Database } from '../../platform/database/database.js';
import type { Statement } from '../../platform/database/statement.js';

/** In this order. */
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
  'operator_access',
] as const;

export type ExportSectionName = (typeof ORDER)[number];

/** What one table holds of a person. */
export interface ExportSection {
  name: ExportSectionName;
  /** As JSON has them, a few at a time: a history may be longer than the memory. */
  rows(userId: string): AsyncIterable<object>;
}

/** Where features leave what the export shows: everything that deleting the account erases, and who has read it. */
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

/** A section that is what one statement gives, under the wire's names: for the few rows that a person has of most things. */
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
 * What one query gives after the other, each from behind the last row of the one before.
 * @param fetch at most `limit` rows behind `after`; null: from the beginning
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
