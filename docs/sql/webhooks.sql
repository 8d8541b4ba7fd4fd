-- Made by "npm run generate" from the statements in src/webhooks.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- webhook-event-insert
-- Parameters: $1 id text, $2 type text, $3 objectId text, $4 customerId text, $5 state text, $6 createdAt timestamp with time zone, $7 receivedAt timestamp with time zone
insert into webhook_events (id, type, object_id, customer_id, state, created_at, received_at)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id;

-- webhook-event
-- Parameters: $1 id text
-- Indexes: webhook_events_pkey
select id, type, object_id as "objectId", customer_id as "customerId", state, received_at as "receivedAt" from webhook_events where id = $1;

-- webhook-event-end
-- Parameters: $1 state text, $2 now timestamp with time zone, $3 id text
-- Indexes: webhook_events_pkey
update webhook_events set state = $1, tries = tries + 1, last_error = null, handled_at = $2 where id = $3;

-- webhook-event-failure
-- Parameters: $1 error text, $2 isLast boolean, $3 id text
-- Indexes: webhook_events_pkey
update webhook_events set tries = tries + 1, last_error = $1, state = case when $2 then 'failed' else state end
where id = $3 and state = 'received';

-- webhook-event-reopen
-- Parameters: $1 id text
-- Indexes: webhook_events_pkey
update webhook_events set state = 'received' where id = $1 returning id;

-- webhook-events-received
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: webhook_events_received_idx
select id from webhook_events where state = 'received' and received_at < $1 order by received_at limit $2;

-- webhook-events-backlog
-- Indexes: webhook_events_received_idx
select count(*)::int as count, min(received_at) as oldest from webhook_events where state = 'received';

-- webhook-events-purge
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: webhook_events_pkey, webhook_events_received_at_idx
delete from webhook_events where id in (
  select id from webhook_events where received_at < $1 and state <> 'received' order by received_at limit $2)
returning id;
