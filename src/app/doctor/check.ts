/** Result of one check. `skipped`: there is nothing to test, because a sandbox is on or an earlier check failed. */
export type Outcome = 'ok' | 'warning' | 'failed' | 'skipped';

/** What an operator does about a finding. */
export interface Fix {
  /** The variables of docs/configuration.md to change; empty: the change is made at the service. */
  variables: string[];
  text: string;
  /** The vendor's page about it. */
  page?: string;
}

/** What a check found, in one line, and what to do about it. */
export interface Finding {
  outcome: Outcome;
  fact: string;
  fix: Fix | null;
}

/** One test of a configured service. */
export interface Check {
  name: string;
  /** The name of an earlier check of the same group without which this one has no meaning. */
  needs?: string;
  /** Longest duration; the default is {@link CHECK_LIMIT_MS}. */
  limitMs?: number;
  run: () => Finding | Promise<Finding>;
}

/** The checks of one service. They run one after the other; groups run at the same time. */
export interface CheckGroup {
  service: string;
  checks: Check[];
  /** Closes the connections of the checks. */
  close?: () => Promise<void> | void;
}

/** A finding with the place of its check. */
export interface CheckResult extends Finding {
  service: string;
  check: string;
}

/** Longer than the connect timeout of any client of the product. */
export const CHECK_LIMIT_MS = 10_000;

export const ok = (fact: string): Finding => ({ outcome: 'ok', fact, fix: null });
export const skipped = (fact: string, fix: Fix | null = null): Finding => ({ outcome: 'skipped', fact, fix });
export const warning = (fact: string, fix: Fix): Finding => ({ outcome: 'warning', fact, fix });
export const failed = (fact: string, fix: Fix): Finding => ({ outcome: 'failed', fact, fix });

/** A {@link Fix}: `fix('DATABASE_URL', 'name a database that exists', page)`. */
export function fix(variables: string | string[], text: string, page?: string): Fix {
  return { variables: [variables].flat().filter(Boolean), text, ...(page !== undefined && { page }) };
}
