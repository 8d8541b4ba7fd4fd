import type { Idempotency } from '../../platform/idempotency/idempotency.js';
import { Problem } from '../../platform/problem/problem.js';
import type { DailyLimit } from '../quota/daily-limit.js';
import { QUOTA_REFUSALS } from './send.metrics.js';
import type { QuotaParameters, QuotaRow } from './quota.ctes.js';

/** The input of every action that the daily limit may refuse. */
export interface QuotaCommand {
  userId: string;
  roomId: string;
  idempotency: Idempotency | null;
  limit: DailyLimit;
  /** Id of the request; null: an operator asked, and the reply keeps the id that it has. */
  requestId: string | null;
}

export function quotaParameters(
  { userId, roomId, idempotency, limit, requestId }: QuotaCommand,
  now: Date,
): QuotaParameters {
  return {
    userId,
    roomId,
    idempotencyKey: idempotency?.key ?? null,
    fingerprint: idempotency?.fingerprint ?? null,
    day: limit.day,
    basicLimit: limit.limits.basic,
    proLimit: limit.limits.pro,
    requestId,
    traceContext: null,
    now,
  };
}

/** The problem for an action that stored nothing. */
export function refusalOf(
  row: QuotaRow<'not_retriable' | 'reply_in_progress'>,
  { limit }: Pick<QuotaCommand, 'limit'>,
): Problem {
  switch (row.outcome) {
    case 'key_reused':
      return new Problem('idempotency_key_reused');
    case 'over_daily_limit':
      QUOTA_REFUSALS.inc({ tier: row.tier });
      return limit.refusal(row);
    case 'not_retriable':
    case 'reply_in_progress':
      return new Problem(row.outcome, undefined, { headers: limit.headers(row) });
    case 'not_found':
      return Problem.notFound();
    case 'accepted':
    case 'replay':
      throw new Error(`${row.outcome} is no refusal`);
  }
}
