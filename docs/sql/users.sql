-- Made by "npm run generate" from the statements in src/users.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- account-ending-insert
-- Parameters: $1 userId uuid, $2 now timestamp with time zone
insert into account_endings (user_id, ended_at) values ($1, $2);

-- account-ending-delete
-- Parameters: $1 userId uuid
-- Indexes: account_endings_pkey
delete from account_endings where user_id = $1;

-- account-endings-list
-- Without an index: the table is usually empty.
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Whole tables: account_endings
select user_id as "userId" from account_endings where ended_at < $1 order by ended_at limit $2;

-- export-outgoing-events
-- Index outgoing_events_user_id_idx.
-- Parameters: $1 userId uuid
-- Indexes: outgoing_events_user_id_idx
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt", once_key as "onceKey"
from outgoing_events where user_id = $1 order by id;

-- users-copy-counts
-- Copies each day's count to the new key and keeps it under the old one: changing the number must not give a new day on
-- either number. Where the new key has a count, the greater of both is kept, so that no message counts twice.
-- Parameters: $1 to bytea, $2 from bytea
-- Indexes: daily_usage_pkey
insert into daily_usage as usage (quota_key, day, used, refunded)
select $1::bytea, day, used, refunded from daily_usage where quota_key = $2
on conflict (quota_key, day) do update
set used = greatest(usage.used, excluded.used), refunded = greatest(usage.refunded, excluded.refunded);

-- user-note-active
-- Written once a day, the precision that its readers need.
-- Parameters: $1 now timestamp with time zone, $2 userId uuid
-- Indexes: users_pkey
update users set last_active_at = $1 where id = $2 and last_active_at < $1::timestamptz - interval '24 hours';
