-- Made by "npm run generate" from the statements in src/chatroom.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- account-rooms-delete
-- Index: chatrooms_list_idx.
-- Parameters: $1 userId uuid
-- Indexes: chatrooms_list_idx
delete from chatrooms where user_id = $1;

-- export-idempotency-keys
-- Parameters: $1 userId uuid
-- Indexes: idempotency_keys_pkey
select key, resource_id as "resourceId", created_at as "createdAt" from idempotency_keys where user_id = $1 order by created_at;

-- export-list-cache-bypass
-- Parameters: $1 userId uuid
-- Indexes: list_cache_bypass_pkey
select since from list_cache_bypass where user_id = $1;

-- room-insert
-- Parameters: $1 id uuid, $2 userId uuid, $3 name text, $4 nameSource text, $5 systemPrompt text, $6 model text, $7 lastActivityAt timestamp with time zone, $8 createdAt timestamp with time zone, $9 updatedAt timestamp with time zone
insert into chatrooms as room (id, user_id, name, name_source, system_prompt, model, last_activity_at, created_at, updated_at) values ($1::uuid, $2::uuid, $3::text, $4::text, $5::text, $6::text, $7::timestamptz, $8::timestamptz, $9::timestamptz) returning room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt";

-- room-find-owned
-- Primary key chatrooms_pkey.
-- Parameters: $1 roomId uuid, $2 userId uuid
-- Indexes: chatrooms_pkey
select room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt" from chatrooms room where room.id = $1 and room.user_id = $2;

-- room-update-owned
-- Primary key chatrooms_pkey. Setting the name makes the owner its source.
-- Parameters: $1 changed text[], $2 name text, $3 systemPrompt text, $4 model text, $5 pinned boolean, $6 archived boolean, $7 now timestamp with time zone, $8 roomId uuid, $9 userId uuid
-- Indexes: chatrooms_pkey
update chatrooms room set
  name = case when 'name' = any($1::text[]) then $2::text else room.name end, system_prompt = case when 'systemPrompt' = any($1::text[]) then $3::text else room.system_prompt end, model = case when 'model' = any($1::text[]) then $4::text else room.model end, pinned = case when 'pinned' = any($1::text[]) then $5::boolean else room.pinned end, archived = case when 'archived' = any($1::text[]) then $6::boolean else room.archived end,
  name_source = case when 'name' = any($1::text[]) then 'user' else room.name_source end,
  updated_at = greatest($7, room.updated_at)
where room.id = $8 and room.user_id = $9
returning room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt";

-- room-delete-owned
-- Primary key chatrooms_pkey. Cascades to the messages (messages_chatroom_id_fkey); the event ends streams of its replies.
-- Parameters: $1 roomId uuid, $2 userId uuid
-- Indexes: chatrooms_pkey
delete from chatrooms where id = $1 and user_id = $2 returning id;

-- rooms-list
-- Pages by archive state. `all` merges two ranges, because the index sorts by that state first.
-- Parameters: $1 userId uuid, $2 pinned boolean, $3 activity timestamp with time zone, $4 id uuid, $5 limit bigint
-- Indexes: chatrooms_list_idx
select room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt", room.last_activity_at::text as "activity" from chatrooms room
where room.user_id = $1 and room.archived = false
  and (room.pinned, room.last_activity_at, room.id) < ($2::boolean, $3::timestamptz, $4::uuid)
order by room.pinned desc, room.last_activity_at desc, room.id desc
limit $5;

-- rooms-list-archived
-- Pages by archive state. `all` merges two ranges, because the index sorts by that state first.
-- Parameters: $1 userId uuid, $2 pinned boolean, $3 activity timestamp with time zone, $4 id uuid, $5 limit bigint
-- Indexes: chatrooms_list_idx
select room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt", room.last_activity_at::text as "activity" from chatrooms room
where room.user_id = $1 and room.archived = true
  and (room.pinned, room.last_activity_at, room.id) < ($2::boolean, $3::timestamptz, $4::uuid)
order by room.pinned desc, room.last_activity_at desc, room.id desc
limit $5;

-- rooms-list-all
-- Pages by archive state. `all` merges two ranges, because the index sorts by that state first.
-- Parameters: $1 userId uuid, $2 pinned boolean, $3 activity timestamp with time zone, $4 id uuid, $5 limit bigint
-- Indexes: chatrooms_list_idx
    select * from ((
select room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt", room.last_activity_at::text as "activity" from chatrooms room
where room.user_id = $1 and room.archived = false
  and (room.pinned, room.last_activity_at, room.id) < ($2::boolean, $3::timestamptz, $4::uuid)
order by room.pinned desc, room.last_activity_at desc, room.id desc
limit $5) union all (
select room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt", room.last_activity_at::text as "activity" from chatrooms room
where room.user_id = $1 and room.archived = true
  and (room.pinned, room.last_activity_at, room.id) < ($2::boolean, $3::timestamptz, $4::uuid)
order by room.pinned desc, room.last_activity_at desc, room.id desc
limit $5)) room
    order by pinned desc, "lastActivityAt" desc, id desc limit $5;

-- rooms-list-by-id
-- All rooms of a user by id, an order that does not change while pages are read. Index: chatrooms_list_idx.
-- Parameters: $1 userId uuid, $2 afterId uuid, $3 limit bigint
-- Indexes: chatrooms_list_idx
select room.id, room.user_id as "userId", room.name, room.name_source as "nameSource", room.system_prompt as "systemPrompt", room.model, room.pinned, room.archived, room.message_count as "messageCount", room.tail_id as "tailId", room.branch, room.branches, room.last_message_at as "lastMessageAt", room.last_activity_at as "lastActivityAt", room.created_at as "createdAt", room.updated_at as "updatedAt" from chatrooms room
where room.user_id = $1 and ($2::uuid is null or room.id > $2) order by room.id limit $3;

-- list-cache-bypass-insert
-- Stamps use the database's clock, because they order events and must grow even when the sandbox's clock is moved.
-- Parameters: $1 userId uuid
-- Indexes: users_pkey
with noted as (
  insert into list_cache_bypass as known (user_id, since)
  select id, clock_timestamp() from users where id = $1
  on conflict on constraint list_cache_bypass_pkey do update
    set since = greatest(excluded.since, known.since + interval '1 microsecond')
  returning user_id, (extract(epoch from since) * 1000000)::float8 as stamp
)
select stamp, pg_notify('chat_bus', json_build_object('event', 'cache.bypass', 'payload', json_build_object('userId', user_id, 'on', true, 'stamp', stamp))::text) from noted;

-- list-cache-bypass-remove
-- Primary key list_cache_bypass_pkey.
-- Parameters: $1 userIds uuid[], $2 stamps double precision[]
-- Indexes: list_cache_bypass_pkey
with settled as (
  delete from list_cache_bypass known
  using unnest($1::uuid[], $2::float8[]) as done (user_id, stamp)
  where known.user_id = done.user_id and (extract(epoch from since) * 1000000)::float8 <= done.stamp
  returning done.user_id, done.stamp
)
select pg_notify('chat_bus', json_build_object('event', 'cache.bypass', 'payload', json_build_object('userId', user_id, 'on', false, 'stamp', stamp))::text) from settled;

-- list-cache-bypass-all
-- Whole tables: list_cache_bypass
select user_id as "userId", (extract(epoch from since) * 1000000)::float8 as stamp from list_cache_bypass;
