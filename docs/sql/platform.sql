-- Made by "npm run generate" from the statements in src/platform.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- bus-notify
-- Does not wait for the disk: NOTIFY holds a lock of the whole database until its transaction is durable.
-- Parameters: $1 channels text[], $2 messages text[]
select set_config('synchronous_commit', 'off', true), pg_notify(channel, message)
from unnest($1::text[], $2::text[]) with ordinality as sent (channel, message, at) order by at;

-- health
select 1;

-- idempotency-find
-- Primary key idempotency_keys_pkey.
-- Parameters: $1 userId uuid, $2 key text, $3 now timestamp with time zone
-- Indexes: idempotency_keys_pkey
select fingerprint, resource_id as "resourceId" from idempotency_keys
where user_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours';

-- idempotency-claim
-- One row when the key is new, or older than 24 hours. Primary key idempotency_keys_pkey.
-- Parameters: $1 userId uuid, $2 key text, $3 fingerprint bytea, $4 resourceId uuid, $5 now timestamp with time zone
insert into idempotency_keys as known (user_id, key, fingerprint, resource_id, created_at)
values ($1::uuid, $2::text, $3::bytea, $4::uuid, $5::timestamptz)
on conflict on constraint idempotency_keys_pkey do update
  set fingerprint = excluded.fingerprint, resource_id = excluded.resource_id, created_at = excluded.created_at
  where known.created_at <= excluded.created_at - interval '24 hours'
returning known.resource_id;

-- request-counters-add
-- Index: request_counters_pkey. Rows are sorted, so that two processes lock them in the same order. The table is
-- unlogged: no flush to disk, and a crash loses one minute's counts. The clock is PostgreSQL's, one for all processes.
-- Parameters: $1 windowMs double precision, $2 keys text[], $3 hits integer[]
insert into request_counters as c (key, hits, window_ends_at)
select key, hits, now() + $1 * interval '1 millisecond'
from unnest($2::text[], $3::int[]) as hit (key, hits)
order by key
on conflict (key) do update set
  hits = excluded.hits + case when c.window_ends_at > now() then c.hits else 0 end,
  window_ends_at = case when c.window_ends_at > now() then c.window_ends_at else excluded.window_ends_at end
returning key, hits, (extract(epoch from window_ends_at - now()) * 1000)::int as "endsInMs";

-- request-counters-purge
-- A scan: the table has only the keys of the last two minutes. It skips rows that are being counted.
-- Indexes: request_counters_pkey
delete from request_counters where key in (
  select key from request_counters where window_ends_at < now() - interval '1 minute'
  order by key for update skip locked
);

-- limit-hit
-- Parameters: $1 scope text, $2 key bytea, $3 now timestamp with time zone, $4 windowSeconds double precision, $5 max integer
insert into limit_counters as c (scope, key, hits, window_ends_at)
values ($1, $2, 1, $3::timestamptz + make_interval(secs => $4))
on conflict on constraint limit_counters_pkey do update set
  hits = case when (c.window_ends_at <= $3 or c.window_ends_at > excluded.window_ends_at + interval '5 minutes') then 1 else c.hits + 1 end,
  window_ends_at = case when (c.window_ends_at <= $3 or c.window_ends_at > excluded.window_ends_at + interval '5 minutes') then excluded.window_ends_at else c.window_ends_at end
where (c.window_ends_at <= $3 or c.window_ends_at > excluded.window_ends_at + interval '5 minutes') or c.hits < $5
returning c.hits, c.window_ends_at as "windowEndsAt";

-- limits-lock
-- Each scope occurs once. The order of the input is the order of locks.
-- Parameters: $1 now timestamp with time zone, $2 scopes text[], $3 keys bytea[], $4 seconds integer[]
insert into limit_counters as c (scope, key, hits, window_ends_at)
select l.scope, l.key, 0, $1::timestamptz + make_interval(secs => l.seconds)
from unnest($2::text[], $3::bytea[], $4::int[]) with ordinality as l (scope, key, seconds, nth)
order by l.nth
on conflict on constraint limit_counters_pkey do update set
  hits = case when (c.window_ends_at <= $1 or c.window_ends_at > excluded.window_ends_at + interval '5 minutes') then 0 else c.hits end,
  window_ends_at = case when (c.window_ends_at <= $1 or c.window_ends_at > excluded.window_ends_at + interval '5 minutes') then excluded.window_ends_at else c.window_ends_at end
returning c.scope, c.hits, c.window_ends_at as "windowEndsAt";

-- limits-add
-- Parameters: $1 scopes text[], $2 keys bytea[], $3 hits integer[]
-- Indexes: limit_counters_pkey
update limit_counters c set hits = c.hits + l.hits
from unnest($1::text[], $2::bytea[], $3::int[]) as l (scope, key, hits)
where c.scope = l.scope and c.key = l.key;

-- limit-full-until
-- Parameters: $1 scopes text[], $2 keys bytea[], $3 maxima integer[], $4 seconds integer[], $5 now timestamp with time zone
-- Indexes: limit_counters_window_ends_at_idx
select max(c.window_ends_at) as "endsAt"
from unnest($1::text[], $2::bytea[], $3::int[], $4::int[]) as l (scope, key, max, seconds)
join limit_counters c on c.scope = l.scope and c.key = l.key
where c.hits >= l.max and c.window_ends_at > $5 and c.window_ends_at <= $5 + make_interval(secs => l.seconds) + interval '5 minutes';

-- limit-give-back
-- Parameters: $1 scope text, $2 key bytea
-- Indexes: limit_counters_pkey
update limit_counters set hits = hits - 1 where scope = $1 and key = $2 and hits > 0;

-- limits-purge
-- Parameters: $1 now timestamp with time zone, $2 limit bigint
-- Indexes: limit_counters_window_ends_at_idx
delete from limit_counters where (scope, key) in
  (select scope, key from limit_counters where window_ends_at < $1 limit $2) and window_ends_at < $1
returning 1;

-- outgoing-event-insert
-- Parameters: $1 id uuid, $2 type text, $3 userId uuid, $4 data jsonb, $5 now timestamp with time zone, $6 giveUpAt timestamp with time zone
insert into outgoing_events (id, type, user_id, data, created_at, next_try_at, give_up_at)
values ($1, $2, $3::uuid, $4::jsonb, $5, $5, $6);

-- outgoing-event-insert-once
-- A concurrent deletion of the account is waited for, and then there is no row. Indexes users_pkey, outgoing_events_once_key.
-- Parameters: $1 id uuid, $2 type text, $3 data jsonb, $4 now timestamp with time zone, $5 giveUpAt timestamp with time zone, $6 onceKey text, $7 userId uuid
-- Indexes: users_pkey
insert into outgoing_events (id, type, user_id, data, created_at, next_try_at, give_up_at, once_key)
select $1::uuid, $2::text, u.id, $3::jsonb, $4::timestamptz, $4, $5::timestamptz, $6::text
from (select id from users where id = $7 for key share) u
on conflict (once_key) where once_key is not null do nothing
returning id;

-- outgoing-event
-- Parameters: $1 id uuid
-- Indexes: outgoing_events_pkey
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt" from outgoing_events where id = $1;

-- outgoing-event-delivered
-- Parameters: $1 now timestamp with time zone, $2 id uuid
-- Indexes: outgoing_events_pkey
update outgoing_events set state = 'delivered', tries = tries + 1, last_error = null, ended_at = $1
where id = $2 and state = 'pending';

-- outgoing-event-failure
-- Parameters: $1 error text, $2 nextTryAt timestamp with time zone, $3 now timestamp with time zone, $4 id uuid
-- Indexes: outgoing_events_pkey
update outgoing_events
set tries = tries + 1, last_error = $1, next_try_at = coalesce($2::timestamptz, next_try_at),
  state = case when $2::timestamptz is null then 'failed' else state end,
  ended_at = case when $2::timestamptz is null then $3::timestamptz end
where id = $4 and state = 'pending';

-- outgoing-event-reopen
-- Parameters: $1 now timestamp with time zone, $2 giveUpAt timestamp with time zone, $3 id uuid
-- Indexes: outgoing_events_pkey
update outgoing_events
set state = 'pending', tries = 0, last_error = null, next_try_at = $1, give_up_at = $2, ended_at = null
where id = $3 returning id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt";

-- outgoing-events-due
-- Index outgoing_events_pending_idx.
-- Parameters: $1 after timestamp with time zone, $2 before timestamp with time zone, $3 limit bigint
-- Indexes: outgoing_events_pending_idx
select id, next_try_at as "nextTryAt" from outgoing_events
where state = 'pending' and next_try_at >= $1 and next_try_at < $2 order by next_try_at limit $3;

-- outgoing-events-backlog
-- Index outgoing_events_pending_idx.
-- Indexes: outgoing_events_pending_idx
select count(*)::int as count, min(created_at) as oldest from outgoing_events where state = 'pending';

-- outgoing-events-give-up
-- An hour after the term: its last try, which is due at the term's end, comes first. Index outgoing_events_pending_idx.
-- Parameters: $1 now timestamp with time zone, $2 limit bigint
-- Indexes: outgoing_events_pending_idx
update outgoing_events set state = 'failed', ended_at = $1
where id in (select id from outgoing_events
             where state = 'pending' and give_up_at < $1::timestamptz - interval '1 hour' limit $2)
  and state = 'pending'
returning id;

-- outgoing-events-purge
-- Index outgoing_events_ended_at_idx.
-- Parameters: $1 deliveredBefore timestamp with time zone, $2 failedBefore timestamp with time zone, $3 limit bigint
-- Indexes: outgoing_events_ended_at_idx, outgoing_events_pkey
delete from outgoing_events where id in (
  select id from outgoing_events
  where ended_at < $1 and (state = 'delivered' or ended_at < $2) order by ended_at limit $3)
returning id;

-- outgoing-events-erase
-- Index outgoing_events_user_id_idx.
-- Parameters: $1 userId uuid
-- Indexes: outgoing_events_user_id_idx
delete from outgoing_events where user_id = $1;

-- service-outage-end-of
-- Parameters: $1 service text, $2 now timestamp with time zone
-- Indexes: service_outages_pkey
select ends_at as "endsAt" from service_outages where service = $1 and ends_at > $2;

-- service-outage-begin
-- Parameters: $1 service text, $2 endsAt timestamp with time zone
insert into service_outages (service, ends_at) values ($1, $2)
on conflict (service) do update set ends_at = greatest(service_outages.ends_at, excluded.ends_at);

-- service-outage-end
-- Parameters: $1 service text
-- Indexes: service_outages_pkey
delete from service_outages where service = $1;

-- daily-numbers-add
-- Primary key daily_numbers_pkey.
-- Parameters: $1 now timestamp with time zone, $2 timeZone text, $3 names text[], $4 labels text[], $5 counts bigint[]
insert into daily_numbers as kept (day, name, label, count)
select ($1::timestamptz at time zone $2)::date, counted.* from unnest($3::text[], $4::text[], $5::bigint[]) as counted
on conflict (day, name, label) do update set count = kept.count + excluded.count;

-- daily-numbers-read
-- Primary key daily_numbers_pkey, from the first of the days.
-- Parameters: $1 now timestamp with time zone, $2 timeZone text, $3 days integer
-- Indexes: daily_numbers_pkey
select day::text, name, label, count::float8 as count from daily_numbers
where day > ($1::timestamptz at time zone $2)::date - $3::int
  and day <= ($1::timestamptz at time zone $2)::date order by day, name, label;

-- daily-numbers-first-day
-- The first entry of daily_numbers_pkey.
-- Indexes: daily_numbers_pkey
select day::text from daily_numbers order by day limit 1;
