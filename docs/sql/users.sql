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
-- The table is empty as a rule.
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Whole tables: account_endings
select user_id as "userId" from account_endings where ended_at < $1 order by ended_at limit $2;

-- users-copy-counts
-- Each day's count goes along to the new key, and stays with the old one: a number that is free again is no new day, for who
-- has left it least of all. The greater of the two, where the new one has a count: who comes back has used nothing twice.
-- Parameters: $1 to bytea, $2 from bytea
-- Indexes: daily_usage_pkey
insert into daily_usage as usage (quota_key, day, used, refunded)
select $1::bytea, day, used, refunded from daily_usage where quota_key = $2
on conflict (quota_key, day) do update
set used = greatest(usage.used, excluded.used), refunded = greatest(usage.refunded, excluded.refunded);
