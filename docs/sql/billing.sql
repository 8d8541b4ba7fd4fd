-- Made by "npm run generate" from the statements in src/billing.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- export-billing-account
-- Parameters: $1 userId uuid
-- Indexes: billing_accounts_pkey
select customer_id as "customerId", synced_at as "syncedAt", created_at as "createdAt" from billing_accounts where user_id = $1;

-- export-subscriptions
-- Parameters: $1 userId uuid
-- Indexes: subscriptions_user_id_idx
select subscriptions.id, subscriptions.user_id as "userId", subscriptions.status, subscriptions.price_id as "priceId", subscriptions.amount::float8 as "amount", subscriptions.currency, subscriptions.price_interval as "priceInterval", subscriptions.current_period_end as "currentPeriodEnd", subscriptions.cancel_at_period_end as "cancelAtPeriodEnd", subscriptions.ends_at as "endsAt", subscriptions.past_due_since as "pastDueSince", subscriptions.payment_problem as "paymentProblem", subscriptions.revoked, subscriptions.paid_until as "paidUntil", subscriptions.schedule_id as "scheduleId", subscriptions.started_at as "startedAt"
from subscriptions where user_id = $1 order by started_at;

-- export-checkout-sessions
-- Parameters: $1 userId uuid
-- Indexes: checkout_sessions_user_id_idx
select session_id as "sessionId", url, expires_at as "expiresAt", created_at as "createdAt" from checkout_sessions where user_id = $1 order by created_at;

-- checkout-session-owned
-- Parameters: $1 id uuid, $2 userId uuid
-- Indexes: checkout_sessions_pkey
select session_id as "sessionId", url, expires_at as "expiresAt" from checkout_sessions where id = $1 and user_id = $2;

-- checkout-sessions-purge
-- Parameters: $1 before timestamp with time zone
-- Indexes: checkout_sessions_expires_at_idx
delete from checkout_sessions where expires_at < $1;

-- checkout-session-keep
-- Parameters: $1 id uuid, $2 sessionId text, $3 userId uuid, $4 url text, $5 expiresAt timestamp with time zone, $6 now timestamp with time zone
insert into checkout_sessions (id, session_id, user_id, url, expires_at, created_at) values ($1, $2, $3, $4, $5, $6)
on conflict (session_id) do update set url = excluded.url returning id;

-- billing-accounts-closing
-- Parameters: $1 limit bigint
-- Indexes: billing_accounts_closing_idx
select user_id as "userId" from billing_accounts where closing_at is not null and closed_at is null
order by closing_at limit $1;

-- billing-account-request-closing
-- A user without a row has nothing to close. The inserted row still blocks a checkout that is under way (LOCK).
-- Parameters: $1 userId uuid, $2 now timestamp with time zone
insert into billing_accounts as account (user_id, closing_at, closed_at) values ($1, $2, $2)
on conflict (user_id) do update set closing_at = excluded.closing_at where account.closing_at is null;

-- billing-account-find-closing
-- Parameters: $1 userId uuid
-- Indexes: billing_accounts_pkey
select user_id as "userId", customer_id as "customerId", generation, coalesce(locked_until > clock_timestamp(), false) as "isBusy" from billing_accounts
where user_id = $1 and closing_at is not null and closed_at is null;

-- billing-account-closed
-- Parameters: $1 userId uuid, $2 now timestamp with time zone
-- Indexes: billing_accounts_pkey, checkout_sessions_user_id_idx, subscriptions_user_id_idx
with gone as (delete from subscriptions where user_id = $1),
  pages as (delete from checkout_sessions where user_id = $1)
update billing_accounts set customer_id = null, closed_at = $2 where user_id = $1;

-- billing-accounts-with-subscription
-- Index subscriptions_user_id_idx.
-- Parameters: $1 after uuid, $2 limit bigint
-- Indexes: subscriptions_user_id_idx
select distinct user_id as "userId" from subscriptions
where ($1::uuid is null or user_id > $1) and status not in ('canceled', 'incomplete_expired')
order by user_id limit $2;

-- billing-accounts-users-of
-- Parameters: $1 customerIds text[]
-- Indexes: billing_accounts_customer_id_key
select user_id as "userId" from billing_accounts where customer_id = any($1::text[]);

-- billing-account
-- Parameters: $1 userId uuid
-- Indexes: billing_accounts_pkey
select user_id as "userId", customer_id as "customerId", generation from billing_accounts where user_id = $1;

-- billing-account-of-customer
-- Parameters: $1 customerId text
-- Indexes: billing_accounts_customer_id_key
select user_id as "userId", customer_id as "customerId", generation from billing_accounts where customer_id = $1;

-- billing-account-lock
-- Uses the database's time, not the sandbox clock's: the lease guards against processes that died.
-- Parameters: $1 userId uuid, $2 holder uuid, $3 ms double precision
insert into billing_accounts as account (user_id, locked_by, locked_until)
values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')
on conflict (user_id) do update set locked_by = excluded.locked_by, locked_until = excluded.locked_until
  where account.closing_at is null and (account.locked_until is null or account.locked_until < clock_timestamp())
returning user_id as "userId", customer_id as "customerId", generation;

-- billing-account-unlock
-- Parameters: $1 userId uuid, $2 holder uuid
-- Indexes: billing_accounts_pkey
update billing_accounts set locked_by = null, locked_until = null where user_id = $1 and locked_by = $2;

-- billing-account-set-customer
-- Parameters: $1 customerId text, $2 userId uuid
-- Indexes: billing_accounts_pkey
update billing_accounts set customer_id = $1 where user_id = $2 and customer_id is null;

-- billing-account-raise-generation
-- Parameters: $1 userId uuid
-- Indexes: billing_accounts_pkey
update billing_accounts set generation = generation + 1 where user_id = $1 and customer_id is null;

-- billing-account-forget-customer
-- Parameters: $1 userId uuid, $2 customerId text
-- Indexes: billing_accounts_customer_id_key
update billing_accounts set customer_id = null, generation = generation + 1 where user_id = $1 and customer_id = $2;

-- billing-begin-reading
-- Parameters: $1 userId uuid
-- Indexes: billing_accounts_pkey
update billing_accounts set readings_begun = readings_begun + 1 where user_id = $1
returning readings_begun as reading;

-- billing-take-reading
-- Parameters: $1 reading bigint, $2 now timestamp with time zone, $3 userId uuid
-- Indexes: billing_accounts_pkey
update billing_accounts set reading = $1, synced_at = $2
where user_id = $3 and reading < $1 and closed_at is null returning user_id;

-- billing-reconciliation-begin
-- Parameters: $1 id uuid, $2 now timestamp with time zone
insert into billing_reconciliations (id, started_at) values ($1, $2);

-- billing-reconciliation-end
-- Parameters: $1 checked integer, $2 drifted integer, $3 failed integer, $4 now timestamp with time zone, $5 id uuid
-- Indexes: billing_reconciliations_pkey
update billing_reconciliations set checked = $1, drifted = $2, failed = $3, finished_at = $4 where id = $5;

-- billing-reconciliation-last-start
-- Indexes: billing_reconciliations_started_at_idx
select started_at as "startedAt" from billing_reconciliations where finished_at is not null and failed = 0
order by started_at desc limit 1;
