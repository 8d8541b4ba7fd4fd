-- Made by "npm run generate" from the statements in src/auth.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- export-identities
-- Parameters: $1 userId uuid
-- Indexes: external_identities_user_id_idx
select issuer, subject, session_id as "sessionId", ended_at as "endedAt", created_at as "createdAt"
from external_identities where user_id = $1 order by issuer, subject;

-- export-sessions
-- Index sessions_user_id_idx.
-- Parameters: $1 userId uuid
-- Indexes: sessions_user_id_idx
select sessions.id, sessions.device, sessions.ip, sessions.created_at as "createdAt", sessions.authenticated_at as "authenticatedAt", sessions.last_used_at as "lastUsedAt", sessions.expires_at as "expiresAt", sessions.ended_at as "endedAt"
from sessions where user_id = $1 order by id;

-- export-sign-in-networks
-- Networks are stored as hashes only; `sessions` has the addresses.
-- Parameters: $1 userId uuid
-- Indexes: sign_in_networks_user_id_idx
select first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt"
from sign_in_networks where user_id = $1 order by last_seen_at desc;

-- export-codes
-- Includes codes requested before signing in, without their profile: its author has proven nothing and may be a stranger.
-- Leaves out codes that another account requested to move to this number: they are in that account's export.
-- Parameters: $1 userId uuid
-- Indexes: users_pkey
-- Whole tables: challenges
select c.purpose, c.mobile_number as "mobileNumber", c.created_at as "createdAt", c.expires_at as "expiresAt",
c.consumed_at as "consumedAt"
    from challenges c join users u on u.id = $1 where c.user_id = $1 or (c.user_id is null and c.mobile_number = u.mobile_number)
    order by c.created_at;

-- challenge-insert
-- Parameters: $1 id bytea, $2 purpose text, $3 mobileNumber text, $4 profile jsonb, $5 sandboxProven boolean, $6 now timestamp with time zone, $7 expiresAt timestamp with time zone, $8 userId uuid
insert into challenges (id, purpose, mobile_number, profile, sandbox_proven, created_at, expires_at, user_id)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- challenge-find
-- Parameters: $1 id bytea
-- Indexes: challenges_pkey
select id, purpose, mobile_number as "mobileNumber", user_id as "userId", profile, wrong_guesses as "wrongGuesses", sandbox_proven as "sandboxProven", expires_at as "expiresAt", consumed_at as "consumedAt" from challenges where id = $1;

-- challenge-find-named
-- Parameters: $1 id bytea, $2 mobileNumber text, $3 purpose text, $4 sandboxProven boolean, $5 userId uuid
-- Indexes: challenges_pkey
select id, purpose, mobile_number as "mobileNumber", user_id as "userId", profile, wrong_guesses as "wrongGuesses", sandbox_proven as "sandboxProven", expires_at as "expiresAt", consumed_at as "consumedAt" from challenges
where id = $1 and mobile_number = $2 and purpose = $3 and sandbox_proven = $4 and user_id is not distinct from $5;

-- challenge-count-guess
-- Parameters: $1 id bytea, $2 mobileNumber text, $3 purpose text, $4 sandboxProven boolean, $5 userId uuid, $6 now timestamp with time zone, $7 maxGuesses integer
-- Indexes: challenges_number_idx
update challenges set wrong_guesses = wrong_guesses + 1
where id = $1 and mobile_number = $2 and purpose = $3 and sandbox_proven = $4 and user_id is not distinct from $5
  and consumed_at is null and expires_at > $6 and wrong_guesses < $7
returning id, purpose, mobile_number as "mobileNumber", user_id as "userId", profile, wrong_guesses as "wrongGuesses", sandbox_proven as "sandboxProven", expires_at as "expiresAt", consumed_at as "consumedAt";

-- challenge-find-newest
-- Parameters: $1 mobileNumber text, $2 purpose text, $3 sandboxProven boolean, $4 userId uuid, $5 now timestamp with time zone, $6 maxGuesses integer
-- Indexes: challenges_number_idx
select id, purpose, mobile_number as "mobileNumber", user_id as "userId", profile, wrong_guesses as "wrongGuesses", sandbox_proven as "sandboxProven", expires_at as "expiresAt", consumed_at as "consumedAt" from challenges
where mobile_number = $1 and purpose = $2 and sandbox_proven = $3 and user_id is not distinct from $4
  and consumed_at is null and expires_at > $5 and wrong_guesses < $6
order by created_at desc, id desc limit 1;

-- challenge-consume
-- Parameters: $1 now timestamp with time zone, $2 id bytea
-- Indexes: challenges_pkey
update challenges set consumed_at = $1, profile = null where id = $2 and consumed_at is null returning 1;

-- challenge-delete
-- Parameters: $1 id bytea
-- Indexes: challenges_pkey
delete from challenges where id = $1;

-- challenges-delete-of-number
-- Parameters: $1 mobileNumber text
-- Whole tables: challenges
delete from challenges where mobile_number = $1;

-- challenges-purge
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: challenges_expires_at_idx, challenges_pkey
delete from challenges where id in (select id from challenges where expires_at < $1 limit $2) returning 1;

-- identity-use
-- Parameters: $1 now timestamp with time zone, $2 expiresAt timestamp with time zone, $3 authenticatedAt timestamp with time zone, $4 issuer text, $5 subject text, $6 issuedAt timestamp with time zone
-- Indexes: external_identities_pkey, sessions_user_id_idx, users_pkey
update sessions set last_used_at = greatest(last_used_at, $1), expires_at = greatest(expires_at, $2),
  authenticated_at = greatest(authenticated_at, $3)
from external_identities i join users u on u.id = i.user_id
where i.issuer = $4 and i.subject = $5 and (i.ended_at is null or i.ended_at < $6)
  and u.suspended_at is null
  and sessions.id = i.session_id and sessions.user_id = i.user_id
  and sessions.ended_at is null and sessions.expires_at > $1
returning sessions.id as "sessionId", sessions.user_id as "userId";

-- identity-lock
-- The first number is 'iden'.
-- Parameters: $1 lockKey integer
select pg_advisory_xact_lock(1768187246, $1);

-- identity-find
-- Parameters: $1 issuer text, $2 subject text
-- Indexes: external_identities_pkey, sessions_pkey, users_pkey
select i.user_id as "userId", u.suspended_at is not null as suspended,
  greatest(i.ended_at, s.ended_at) as "endedAt"
from external_identities i join users u on u.id = i.user_id left join sessions s on s.id = i.session_id
where i.issuer = $1 and i.subject = $2
for no key update of u, i;

-- identity-ended-at
-- Parameters: $1 key bytea
-- Indexes: ended_identities_pkey
select ended_at as at from ended_identities where key = $1;

-- identity-insert
-- Parameters: $1 issuer text, $2 subject text, $3 userId uuid, $4 now timestamp with time zone
insert into external_identities (issuer, subject, user_id, created_at) values ($1, $2, $3, $4);

-- identity-set-session
-- Parameters: $1 sessionId uuid, $2 endedAt timestamp with time zone, $3 issuer text, $4 subject text
-- Indexes: external_identities_pkey
update external_identities set session_id = $1, ended_at = $2 where issuer = $3 and subject = $4;

-- identities-delete-of-account
-- Parameters: $1 userId uuid
-- Indexes: external_identities_user_id_idx, users_pkey
with account as (select id from users where id = $1 for update)
delete from external_identities i using account where i.user_id = account.id returning i.issuer, i.subject;

-- identity-end
-- Parameters: $1 key bytea, $2 now timestamp with time zone
insert into ended_identities as ended (key, ended_at) values ($1, $2)
on conflict (key) do update set ended_at = greatest(ended.ended_at, excluded.ended_at);

-- identity-copy-count
-- Parameters: $1 key bytea, $2 userId uuid
-- Indexes: daily_usage_pkey, users_pkey
insert into daily_usage as usage (quota_key, day, used, refunded)
select $1::bytea, day, used, refunded from daily_usage join users on users.quota_key = daily_usage.quota_key
where users.id = $2 and users.quota_key <> $1
on conflict (quota_key, day) do update
set used = greatest(usage.used, excluded.used), refunded = greatest(usage.refunded, excluded.refunded);

-- ended-identities-purge
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: ended_identities_ended_at_idx, ended_identities_pkey
delete from ended_identities where key in (select key from ended_identities where ended_at < $1 limit $2)
returning 1;

-- sign-in-network-find-sender
-- Parameters: $1 mobileNumber text, $2 networkHash bytea, $3 since timestamp with time zone
-- Indexes: sign_in_networks_pkey, users_mobile_number_key
select (select id from users where mobile_number = $1) as "userId",
(select user_id from sign_in_networks where network_hash = $2 and last_seen_at > $3) as "homeOf";

-- sign-in-network-note
-- Skips a row that a concurrent sign-in of the same user is writing: the two never wait for each other.
-- Parameters: $1 userId uuid, $2 networkHash bytea, $3 keep bigint, $4 now timestamp with time zone
-- Indexes: sign_in_networks_pkey, sign_in_networks_user_id_idx
with forgotten as (
  delete from sign_in_networks where network_hash in (
    select network_hash from sign_in_networks where user_id = $1 and network_hash <> $2
    order by last_seen_at desc offset $3 for update skip locked
  )
)
insert into sign_in_networks as n (network_hash, user_id, first_seen_at, last_seen_at) values ($2, $1, $4, $4)
on conflict on constraint sign_in_networks_pkey do update
set user_id = excluded.user_id, last_seen_at = greatest(n.last_seen_at, excluded.last_seen_at)
returning xmax = 0 as "isNew";

-- sign-in-networks-delete-of
-- Parameters: $1 userId uuid
-- Indexes: sign_in_networks_user_id_idx
delete from sign_in_networks where user_id = $1;

-- sign-in-networks-purge
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: sign_in_networks_last_seen_at_idx
delete from sign_in_networks where network_hash in
  (select network_hash from sign_in_networks where last_seen_at < $1 limit $2) and last_seen_at < $1
returning 1;

-- sessions-end-oldest
-- Parameters: $1 now timestamp with time zone, $2 userId uuid
-- Indexes: sessions_pkey, sessions_user_id_idx
with ended as (update sessions set ended_at = $1 where id in (
  select id from sessions where user_id = $2 and ended_at is null and expires_at > $1
  order by id desc offset 100
) and ended_at is null returning id, user_id)
 select id, pg_notify('chat_bus', json_build_object('event', 'session.ended', 'payload', json_build_object('sessionId', id, 'userId', user_id))::text) from ended;

-- session-is-live
-- Parameters: $1 sessionId uuid, $2 now timestamp with time zone
-- Indexes: sessions_pkey
select 1 from sessions where id = $1 and ended_at is null and expires_at > $2;

-- session-mark-used
-- Parameters: $1 generation integer, $2 now timestamp with time zone, $3 sessionId uuid
-- Indexes: sessions_pkey
update sessions set used_generation = greatest(used_generation, $1), last_used_at = greatest(last_used_at, $2)
where id = $3 and ended_at is null and expires_at > $2
returning 1;

-- session-lock-live
-- Parameters: $1 sessionId uuid, $2 now timestamp with time zone
-- Indexes: sessions_pkey, users_pkey
select sessions.id, sessions.user_id as "userId", sessions.device, sessions.ip, sessions.sandbox_proven as "sandboxProven", sessions.generation, sessions.used_generation as "usedGeneration", sessions.rotated_at as "rotatedAt", sessions.authenticated_at as "authenticatedAt", sessions.created_at as "createdAt", sessions.last_used_at as "lastUsedAt", sessions.expires_at as "expiresAt", sessions.ended_at as "endedAt" from sessions
where id = $1 and ended_at is null and expires_at > $2
  and not exists (select from users u where u.id = sessions.user_id and u.suspended_at is not null)
for update;

-- session-rotate
-- Parameters: $1 generation integer, $2 now timestamp with time zone, $3 expiresAt timestamp with time zone, $4 ip text, $5 sessionId uuid
-- Indexes: sessions_pkey
update sessions set generation = $1 + 1, used_generation = greatest(used_generation, $1), rotated_at = $2,
  last_used_at = $2, expires_at = $3, ip = $4
where id = $5;

-- session-end-presented
-- Parameters: $1 now timestamp with time zone, $2 sessionId uuid
-- Indexes: sessions_pkey
with ended as (update sessions set ended_at = $1 where id = $2 and ended_at is null returning id, user_id)
select id, pg_notify('chat_bus', json_build_object('event', 'session.ended', 'payload', json_build_object('sessionId', id, 'userId', user_id))::text) from ended;

-- session-end-own
-- Parameters: $1 now timestamp with time zone, $2 sessionId uuid, $3 userId uuid
-- Indexes: sessions_user_id_idx
with ended as (update sessions set ended_at = $1 where id = $2 and user_id = $3 and expires_at > $1 and ended_at is null returning id, user_id)
select id, pg_notify('chat_bus', json_build_object('event', 'session.ended', 'payload', json_build_object('sessionId', id, 'userId', user_id))::text) from ended;

-- sessions-end-all
-- Parameters: $1 now timestamp with time zone, $2 userId uuid, $3 keepId uuid
-- Indexes: sessions_user_id_idx
with ended as (update sessions set ended_at = $1 where user_id = $2 and ($3::uuid is null or id <> $3) and ended_at is null returning id, user_id)
select id, pg_notify('chat_bus', json_build_object('event', 'session.ended', 'payload', json_build_object('sessionId', id, 'userId', user_id))::text) from ended;

-- sessions-list
-- Parameters: $1 userId uuid, $2 now timestamp with time zone, $3 before uuid, $4 withSandbox boolean, $5 limit bigint
-- Indexes: sessions_user_id_idx
select sessions.id, sessions.user_id as "userId", sessions.device, sessions.ip, sessions.sandbox_proven as "sandboxProven", sessions.generation, sessions.used_generation as "usedGeneration", sessions.rotated_at as "rotatedAt", sessions.authenticated_at as "authenticatedAt", sessions.created_at as "createdAt", sessions.last_used_at as "lastUsedAt", sessions.expires_at as "expiresAt", sessions.ended_at as "endedAt" from sessions
where user_id = $1 and ended_at is null and expires_at > $2 and ($3::uuid is null or id < $3)
  and ($4 or not sandbox_proven)
order by id desc limit $5;

-- session-authenticated-at
-- Parameters: $1 userId uuid, $2 sessionId uuid
-- Indexes: sessions_user_id_idx
select authenticated_at as at from sessions where user_id = $1 and id = $2 and ended_at is null;

-- session-step-up
-- Parameters: $1 now timestamp with time zone, $2 userId uuid, $3 sessionId uuid
-- Indexes: sessions_user_id_idx
update sessions set authenticated_at = $1 where user_id = $2 and id = $3 and ended_at is null returning 1;

-- sessions-ended-since
-- Parameters: $1 since timestamp with time zone
-- Indexes: sessions_ended_at_idx
select id as "sessionId", user_id as "userId" from sessions where ended_at > $1;

-- sessions-purge-ended_at
-- The sessions table. Every statement that ends a session also notifies all processes.
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: sessions_ended_at_idx, sessions_pkey
delete from sessions where id in (select id from sessions where ended_at < $1 limit $2) returning 1;

-- sessions-purge-expires_at
-- The sessions table. Every statement that ends a session also notifies all processes.
-- Parameters: $1 before timestamp with time zone, $2 limit bigint
-- Indexes: sessions_expires_at_idx, sessions_pkey
delete from sessions where id in (select id from sessions where expires_at < $1 limit $2) returning 1;
