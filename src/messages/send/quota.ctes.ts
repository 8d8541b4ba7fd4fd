import { idempotencySteps, type KeyParameters } from '../../platform/idempotency/sql-steps.js';
import { tierAt } from '../../users/tier.sql.js';

/** Parameters of every statement that charges the daily limit under an idempotency key. */
export interface QuotaParameters extends KeyParameters {
  roomId: string;
  day: string;
  /** Units a day; null: no limit. */
  basicLimit: number | null;
  proLimit: number | null;
  /** Id of the request. */
  requestId: string | null;
  /** `traceparent` of the span that stores the reply: its worker continues the trace. Null without tracing. */
  traceContext: string | null;
}

/** The result row of such a statement. */
export interface QuotaRow<Refusal extends string = never> {
  /** 'accepted', or why nothing was stored. */
  outcome: 'accepted' | 'replay' | 'key_reused' | 'not_found' | 'over_daily_limit' | Refusal;
  tier: 'basic' | 'pro';
  /** Units used on the day, this one included. */
  used: number;
  /** Was the slot granted at once? */
  granted: boolean | null;
  /** The reply that an earlier request stored under the idempotency key. */
  priorReplyId: string | null;
}

/** Units a day of a tier; null: no limit. */
export const dailyLimitOf = (tier: string): string =>
  `case ${tier} when 'pro' then :proLimit::int else :basicLimit::int end`;

/**
 * The common table expressions of these statements. A statement adds a CTE `wanted`, with one row if the action is possible
 * and a column `costs` (does it take a unit?), and depends on `charge` or `paid` for everything that it changes.
 * Indexes: idempotency_keys_pkey, users_pkey, daily_usage_pkey.
 */
export const quotaCtes = {
  ...idempotencySteps,

  allowance: `
allowance as (
  select quota_key, tier, ${dailyLimitOf('tier')} as daily_limit
  from (select quota_key, ${tierAt('users', ':now')} as tier from users where id = :userId) person
)`,

  /** Takes the day's unit by a conditional upsert, never read-then-write. */
  charge: `
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, :day::date, 1 from allowance, wanted
  where wanted.costs and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
)`,

  paid: `
paid as (
  select from wanted where not wanted.costs or exists (select from charge)
)`,

  /**
   * The columns of {@link QuotaRow}. The snapshot misses units taken by concurrent requests, so a refusal by the daily
   * limit reports at least the limit as used.
   * @param found CTE with a row if the room or reply exists and belongs to the caller
   * @param made CTE with a row, with `granted`, if the action was carried out
   * @param refusals further `when … then '…'` branches
   */
  answer: ({ found, made, refusals = '' }: { found: string; made: string; refusals?: string }): string => `
  case
    when exists (select from prior where fingerprint is distinct from :fingerprint) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from ${found}) then 'not_found'
    ${refusals}
    when not exists (select from ${made}) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from allowance) as tier,
  coalesce((select used from charge),
           greatest((select d.used from daily_usage d, allowance where d.quota_key = allowance.quota_key and d.day = :day::date),
                    (select daily_limit from allowance, wanted where wanted.costs)),
           0) as used,
  (select granted from ${made}) as granted,
  (select resource_id from prior) as "priorReplyId"`,
};
