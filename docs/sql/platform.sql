-- Made by "npm run generate" from the statements in src/platform.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- bus-publish
-- Parameters: $1 message text
select pg_notify('chat_bus', $1);

-- health
select 1;

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

-- text-publish
-- Parameters: $1 lines text[]
select pg_notify('chat_text', line) from unnest($1::text[]) with ordinality as piece (line, at) order by at;
