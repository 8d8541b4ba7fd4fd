-- Made by "npm run generate" from the statements in src/admin.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- audit-insert
-- Parameters: $1 id uuid, $2 createdAt timestamp with time zone, $3 actorId uuid, $4 action text, $5 userId uuid, $6 target text, $7 details jsonb, $8 requestId text
insert into audit_log (id, created_at, actor_id, action, user_id, target, details, request_id)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- audit-list
-- Parameters: $1 userId uuid, $2 actorId uuid, $3 action text, $4 before uuid, $5 limit bigint
-- Indexes: audit_log_pkey
select id, created_at as "createdAt", actor_id as "actorId", action, user_id as "userId", target, details, request_id as "requestId" from audit_log
where ($1::uuid is null or user_id = $1) and ($2::uuid is null or actor_id = $2)
  and ($3::text is null or action = $3) and ($4::uuid is null or id < $4)
order by id desc limit $5;

-- admin-subscriptions
-- Index subscriptions_pkey, or subscriptions_user_id_idx with a user.
-- Parameters: $1 status text, $2 userId uuid, $3 after text, $4 limit bigint
-- Indexes: subscriptions_pkey
select subscriptions.id, subscriptions.user_id as "userId", subscriptions.status, subscriptions.price_id as "priceId", subscriptions.amount::float8 as "amount", subscriptions.currency, subscriptions.price_interval as "priceInterval", subscriptions.current_period_end as "currentPeriodEnd", subscriptions.cancel_at_period_end as "cancelAtPeriodEnd", subscriptions.ends_at as "endsAt", subscriptions.past_due_since as "pastDueSince", subscriptions.payment_problem as "paymentProblem", subscriptions.revoked, subscriptions.paid_until as "paidUntil", subscriptions.schedule_id as "scheduleId", subscriptions.started_at as "startedAt" from subscriptions
where ($1::text is null or status = $1) and ($2::uuid is null or user_id = $2)
  and ($3::text is null or id > $3)
order by id limit $4;

-- admin-webhook-event
-- Parameters: $1 id text
-- Indexes: billing_accounts_customer_id_key, webhook_events_pkey
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt",
  (select user_id from billing_accounts where customer_id = webhook_events.customer_id) as "userId"
from webhook_events where id = $1;

-- admin-webhook-events-any
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 receivedAt timestamp with time zone, $3 id text, $4 limit bigint
-- Indexes: webhook_events_received_at_idx
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt" from webhook_events
where true and ($1::text is null or type = $1)
  and received_at <= $2::timestamptz and (received_at, id) < ($2::timestamptz, $3::text)
order by received_at desc, id desc limit $4;

-- admin-webhook-events-received
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 receivedAt timestamp with time zone, $3 id text, $4 limit bigint
-- Indexes: webhook_events_received_idx
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt" from webhook_events
where state = 'received' and ($1::text is null or type = $1)
  and received_at <= $2::timestamptz and (received_at, id) < ($2::timestamptz, $3::text)
order by received_at desc, id desc limit $4;

-- admin-webhook-events-handled
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 receivedAt timestamp with time zone, $3 id text, $4 limit bigint
-- Indexes: webhook_events_received_at_idx
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt" from webhook_events
where state = 'handled' and ($1::text is null or type = $1)
  and received_at <= $2::timestamptz and (received_at, id) < ($2::timestamptz, $3::text)
order by received_at desc, id desc limit $4;

-- admin-webhook-events-ignored
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 receivedAt timestamp with time zone, $3 id text, $4 limit bigint
-- Indexes: webhook_events_received_at_idx
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt" from webhook_events
where state = 'ignored' and ($1::text is null or type = $1)
  and received_at <= $2::timestamptz and (received_at, id) < ($2::timestamptz, $3::text)
order by received_at desc, id desc limit $4;

-- admin-webhook-events-failed
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 receivedAt timestamp with time zone, $3 id text, $4 limit bigint
-- Indexes: webhook_events_failed_idx
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt" from webhook_events
where state = 'failed' and ($1::text is null or type = $1)
  and received_at <= $2::timestamptz and (received_at, id) < ($2::timestamptz, $3::text)
order by received_at desc, id desc limit $4;

-- admin-webhook-events-of-user
-- Indexes billing_accounts_pkey, webhook_events_customer_id_idx. A user without a customer has no events.
-- Parameters: $1 userId uuid, $2 state text, $3 type text, $4 receivedAt timestamp with time zone, $5 id text, $6 limit bigint
-- Indexes: billing_accounts_pkey, webhook_events_customer_id_idx
select id, type, object_id as "objectId", customer_id as "customerId", state, tries, last_error as "lastError", created_at as "createdAt", received_at as "receivedAt", handled_at as "handledAt" from webhook_events
where customer_id = (select customer_id from billing_accounts where user_id = $1)
  and ($2::text is null or state = $2) and ($3::text is null or type = $3)
  and received_at <= $4::timestamptz and (received_at, id) < ($4::timestamptz, $5::text)
order by received_at desc, id desc limit $6;

-- admin-deliveries-any
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 before uuid, $3 limit bigint
-- Indexes: outgoing_events_pkey
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt" from outgoing_events
where true and ($1::text is null or type = $1) and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-deliveries-pending
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 before uuid, $3 limit bigint
-- Indexes: outgoing_events_pending_idx
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt" from outgoing_events
where state = 'pending' and ($1::text is null or type = $1) and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-deliveries-delivered
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 before uuid, $3 limit bigint
-- Indexes: outgoing_events_pkey
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt" from outgoing_events
where state = 'delivered' and ($1::text is null or type = $1) and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-deliveries-failed
-- The state is part of the statement's text, so that PostgreSQL can use the partial indexes of rare states.
-- Parameters: $1 type text, $2 before uuid, $3 limit bigint
-- Indexes: outgoing_events_failed_idx
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt" from outgoing_events
where state = 'failed' and ($1::text is null or type = $1) and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-deliveries-of-user
-- Index outgoing_events_user_id_idx.
-- Parameters: $1 userId uuid, $2 state text, $3 type text, $4 before uuid, $5 limit bigint
-- Indexes: outgoing_events_user_id_idx
select id, type, data, state, tries, next_try_at as "nextTryAt", give_up_at as "giveUpAt", last_error as "lastError", created_at as "createdAt", ended_at as "endedAt" from outgoing_events
where user_id = $1 and ($2::text is null or state = $2) and ($3::text is null or type = $3) and ($4::uuid is null or id < $4)
order by id desc limit $5;

-- admin-feedback
-- Index messages_feedback_idx.
-- Parameters: $1 rating text, $2 tag text, $3 before uuid, $4 limit bigint
-- Indexes: messages_feedback_of_user_idx
  select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.model, m.feedback ->> 'rating' as rating,
    m.feedback -> 'tags' as tags, m.feedback ->> 'comment' is not null as "hasComment",
    (m.feedback ->> 'at')::timestamptz as "givenAt"
  from messages m
  where
m.feedback is not null
  and ($1::text is null or m.feedback ->> 'rating' = $1) and ($2::text is null or m.feedback -> 'tags' ? $2) and ($3::uuid is null or m.id < $3)
  order by m.id desc limit $4;

-- admin-feedback-of-user
-- Index messages_feedback_of_user_idx.
-- Parameters: $1 userId uuid, $2 rating text, $3 tag text, $4 before uuid, $5 limit bigint
-- Indexes: messages_feedback_of_user_idx
  select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.model, m.feedback ->> 'rating' as rating,
    m.feedback -> 'tags' as tags, m.feedback ->> 'comment' is not null as "hasComment",
    (m.feedback ->> 'at')::timestamptz as "givenAt"
  from messages m
  where
m.feedback is not null and m.user_id = $1
  and ($2::text is null or m.feedback ->> 'rating' = $2) and ($3::text is null or m.feedback -> 'tags' ? $3) and ($4::uuid is null or m.id < $4)
  order by m.id desc limit $5;

-- admin-feedback-count
-- Index messages_feedback_idx.
-- Parameters: $1 rating text, $2 tag text
-- Indexes: messages_feedback_of_user_idx
  with newest as materialized (
    select m.feedback from messages m where
m.feedback is not null
  and ($1::text is null or m.feedback ->> 'rating' = $1) and ($2::text is null or m.feedback -> 'tags' ? $2) order by m.id desc limit 10000
  ),
  tagged as (
    select tag, count(*)::int as count from newest, jsonb_array_elements_text(feedback -> 'tags') as tag
    group by tag order by count(*) desc, tag limit 20
  )
  select count(*) filter (where feedback ->> 'rating' = 'up')::int as up,
    count(*) filter (where feedback ->> 'rating' = 'down')::int as down,
    (select coalesce(json_agg(tagged), '[]') from tagged) as tags
  from newest;

-- admin-feedback-count-of-user
-- Index messages_feedback_of_user_idx.
-- Parameters: $1 userId uuid, $2 rating text, $3 tag text
-- Indexes: messages_feedback_of_user_idx
  with newest as materialized (
    select m.feedback from messages m where
m.feedback is not null and m.user_id = $1
  and ($2::text is null or m.feedback ->> 'rating' = $2) and ($3::text is null or m.feedback -> 'tags' ? $3) order by m.id desc limit 10000
  ),
  tagged as (
    select tag, count(*)::int as count from newest, jsonb_array_elements_text(feedback -> 'tags') as tag
    group by tag order by count(*) desc, tag limit 20
  )
  select count(*) filter (where feedback ->> 'rating' = 'up')::int as up,
    count(*) filter (where feedback ->> 'rating' = 'down')::int as down,
    (select coalesce(json_agg(tagged), '[]') from tagged) as tags
  from newest;

-- admin-reply
-- Parameters: $1 id uuid
-- Indexes: messages_pkey
select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.seq, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.provider, m.model, m.attempt, m.generation, m.failures, m.charged_on::text as "chargedOn", m.created_at as "createdAt", m.completed_at as "completedAt" from messages m where id = $1 and role = 'model';

-- admin-replies-live
-- Parameters: $1 status text, $2 before uuid, $3 limit bigint
-- Indexes: messages_live_of_user_idx
select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.seq, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.provider, m.model, m.attempt, m.generation, m.failures, m.charged_on::text as "chargedOn", m.created_at as "createdAt", m.completed_at as "completedAt" from messages m
where role = 'model' and completed_at is null and status = $1 and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-replies-completed
-- Parameters: $1 status text, $2 before uuid, $3 limit bigint
-- Indexes: messages_pkey
select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.seq, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.provider, m.model, m.attempt, m.generation, m.failures, m.charged_on::text as "chargedOn", m.created_at as "createdAt", m.completed_at as "completedAt" from messages m
where role = 'model' and finish_reason = 'stop' and status = $1 and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-replies-otherwise
-- Parameters: $1 status text, $2 before uuid, $3 limit bigint
-- Indexes: messages_ended_otherwise_idx
select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.seq, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.provider, m.model, m.attempt, m.generation, m.failures, m.charged_on::text as "chargedOn", m.created_at as "createdAt", m.completed_at as "completedAt" from messages m
where role = 'model' and finish_reason <> 'stop' and status = $1 and ($2::uuid is null or id < $2)
order by id desc limit $3;

-- admin-replies-of-user
-- By the user's rooms: indexes chatrooms_list_idx, messages_chatroom_id_seq_key. Materialized, because with the limit the
-- planner would otherwise scan all users' messages from the newest on.
-- Parameters: $1 userId uuid, $2 status text, $3 before uuid, $4 limit bigint
-- Indexes: chatrooms_list_idx, messages_chatroom_id_seq_key
with theirs as materialized (
  select m.* from chatrooms r join messages m on m.chatroom_id = r.id
  where r.user_id = $1 and m.role = 'model' and m.status = $2 and ($3::uuid is null or m.id < $3)
)
select m.id, m.user_id as "userId", m.chatroom_id as "chatroomId", m.seq, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.provider, m.model, m.attempt, m.generation, m.failures, m.charged_on::text as "chargedOn", m.created_at as "createdAt", m.completed_at as "completedAt" from theirs m order by id desc limit $4;

-- admin-rooms
-- Counts replies only for the rooms of the page.
-- Indexes: chatrooms_pkey, or chatrooms_list_idx with a user; messages_chatroom_id_seq_key.
-- Parameters: $1 userId uuid, $2 before uuid, $3 limit bigint
-- Indexes: chatrooms_pkey, messages_chatroom_id_seq_key
select r.id, r.user_id as "userId", r.model, r.archived, r.message_count as "messageCount",
  r.last_message_at as "lastMessageAt", r.created_at as "createdAt",
  (select coalesce(json_object_agg(status, count), '{}') from (
     select status, count(*)::int as count from messages where chatroom_id = r.id and role = 'model' group by status
   ) states) as replies
from (
  select * from chatrooms
  where ($1::uuid is null or user_id = $1) and ($2::uuid is null or id < $2)
  order by id desc limit $3
) r
order by r.id desc;

-- admin-room-owner
-- Parameters: $1 roomId uuid
-- Indexes: chatrooms_pkey
select user_id as "userId" from chatrooms where id = $1 for key share;

-- room-access-open
-- Parameters: $1 id uuid, $2 adminId uuid, $3 chatroomId uuid, $4 ownerId uuid, $5 reason text, $6 createdAt timestamp with time zone, $7 expiresAt timestamp with time zone
insert into room_accesses (id, admin_id, chatroom_id, owner_id, reason, created_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7);

-- room-access-find-open
-- Index room_accesses_room_idx.
-- Parameters: $1 roomId uuid, $2 adminId uuid, $3 now timestamp with time zone
-- Indexes: room_accesses_room_idx
select id, admin_id as "adminId", chatroom_id as "chatroomId", owner_id as "ownerId", reason, created_at as "createdAt", expires_at as "expiresAt"
from room_accesses where chatroom_id = $1 and admin_id = $2 and expires_at > $3
order by id desc limit 1;

-- export-operator-access
-- Indexes room_accesses_owner_id_idx, audit_log_user_id_idx.
-- Parameters: $1 userId uuid
-- Indexes: audit_log_action_idx, room_accesses_owner_id_idx
select a.id as "accessId", a.admin_id as "adminId", a.chatroom_id as "chatroomId", a.reason, a.created_at as "openedAt",
  a.expires_at as "expiresAt",
  coalesce((
    select json_agg(to_char(l.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') order by l.id) from audit_log l
    where l.user_id = a.owner_id and l.action = 'room.read' and l.details ->> 'access_id' = a.id::text
  ), '[]') as "readAt"
from room_accesses a where a.owner_id = $1 order by a.id;

-- admin-stats-run-out
-- Index users_pro_idx: reads the users with Pro alone, and those whose Pro has run out.
-- Parameters: $1 timeZone text, $2 now timestamp with time zone, $3 days integer, $4 since date
-- Indexes: users_pro_idx
select (tier_ends_at at time zone $1)::date::text as day, count(*)::int as count from users
where tier = 'pro' and tier_ends_at <= $2
  and (tier_ends_at at time zone $1)::date > ($2::timestamptz at time zone $1)::date - $3::int
  and (tier_ends_at at time zone $1)::date >= $4::date
group by 1;

-- admin-stats-pro
-- Index users_pro_idx: reads the users with Pro alone.
-- Parameters: $1 now timestamp with time zone
-- Indexes: users_pro_idx
select count(*)::int as count from users where users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $1);

-- admin-user
-- Counts only for the accounts of the page. Each room's row has the number of its messages.
-- Indexes: users_pkey, chatrooms_list_idx, sessions_user_id_idx, daily_usage_pkey, external_identities_user_id_idx.
-- Parameters: $1 day date, $2 userId uuid, $3 now timestamp with time zone
-- Indexes: chatrooms_list_idx, daily_usage_pkey, external_identities_user_id_idx, sessions_user_id_idx, users_pkey
select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
  u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
  u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
  sessions.count as "liveSessions", sessions.last as "lastUsedAt",
  coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
  coalesce((
    select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
    from external_identities where user_id = u.id
  ), '[]') as identities
from (select * from users where id = $2) u
  cross join lateral (
    select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
  ) rooms
  cross join lateral (
    select count(*)::int as count, max(last_used_at) as last from sessions
    where user_id = u.id and ended_at is null and expires_at > $3
  ) sessions
order by u.id desc;

-- admin-user-by-number
-- Counts only for the accounts of the page. Each room's row has the number of its messages.
-- Indexes: users_pkey, chatrooms_list_idx, sessions_user_id_idx, daily_usage_pkey, external_identities_user_id_idx.
-- Parameters: $1 day date, $2 mobileNumber text, $3 now timestamp with time zone
-- Indexes: chatrooms_list_idx, daily_usage_pkey, external_identities_user_id_idx, sessions_user_id_idx, users_mobile_number_key
select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
  u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
  u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
  sessions.count as "liveSessions", sessions.last as "lastUsedAt",
  coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
  coalesce((
    select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
    from external_identities where user_id = u.id
  ), '[]') as identities
from (select * from users where mobile_number = $2) u
  cross join lateral (
    select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
  ) rooms
  cross join lateral (
    select count(*)::int as count, max(last_used_at) as last from sessions
    where user_id = u.id and ended_at is null and expires_at > $3
  ) sessions
order by u.id desc;

-- admin-user-by-identity
-- Counts only for the accounts of the page. Each room's row has the number of its messages.
-- Indexes: users_pkey, chatrooms_list_idx, sessions_user_id_idx, daily_usage_pkey, external_identities_user_id_idx.
-- Parameters: $1 day date, $2 issuer text, $3 subject text, $4 now timestamp with time zone
-- Indexes: chatrooms_list_idx, daily_usage_pkey, external_identities_pkey, external_identities_user_id_idx, sessions_user_id_idx, users_pkey
select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
  u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
  u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
  sessions.count as "liveSessions", sessions.last as "lastUsedAt",
  coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
  coalesce((
    select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
    from external_identities where user_id = u.id
  ), '[]') as identities
from (select * from users where id = (select user_id from external_identities where issuer = $2 and subject = $3)) u
  cross join lateral (
    select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
  ) rooms
  cross join lateral (
    select count(*)::int as count, max(last_used_at) as last from sessions
    where user_id = u.id and ended_at is null and expires_at > $4
  ) sessions
order by u.id desc;

-- admin-users
-- Counts only for the accounts of the page. Each room's row has the number of its messages.
-- Indexes: users_pkey, chatrooms_list_idx, sessions_user_id_idx, daily_usage_pkey, external_identities_user_id_idx.
-- Parameters: $1 day date, $2 before uuid, $3 limit bigint, $4 now timestamp with time zone
-- Indexes: chatrooms_list_idx, daily_usage_pkey, external_identities_user_id_idx, sessions_user_id_idx, users_pkey
select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
  u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
  u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
  sessions.count as "liveSessions", sessions.last as "lastUsedAt",
  coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
  coalesce((
    select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
    from external_identities where user_id = u.id
  ), '[]') as identities
from (select * from users where $2::uuid is null or id < $2 order by id desc limit $3) u
  cross join lateral (
    select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
  ) rooms
  cross join lateral (
    select count(*)::int as count, max(last_used_at) as last from sessions
    where user_id = u.id and ended_at is null and expires_at > $4
  ) sessions
order by u.id desc;

-- admin-users-pro
-- Index users_pro_idx for `pro`.
-- Parameters: $1 day date, $2 before uuid, $3 now timestamp with time zone, $4 limit bigint
-- Indexes: chatrooms_list_idx, daily_usage_pkey, external_identities_user_id_idx, sessions_user_id_idx, users_pro_idx
select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
  u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
  u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
  sessions.count as "liveSessions", sessions.last as "lastUsedAt",
  coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
  coalesce((
    select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
    from external_identities where user_id = u.id
  ), '[]') as identities
from (select * from users where ($2::uuid is null or id < $2) and users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3) order by id desc limit $4) u
  cross join lateral (
    select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
  ) rooms
  cross join lateral (
    select count(*)::int as count, max(last_used_at) as last from sessions
    where user_id = u.id and ended_at is null and expires_at > $3
  ) sessions
order by u.id desc;

-- admin-users-basic
-- Index users_pro_idx for `pro`.
-- Parameters: $1 day date, $2 before uuid, $3 now timestamp with time zone, $4 limit bigint
-- Indexes: chatrooms_list_idx, daily_usage_pkey, external_identities_user_id_idx, sessions_user_id_idx, users_pkey
select u.id, u.mobile_number as "mobileNumber", u.name, u.email, u.tier, u.tier_ends_at as "tierEndsAt",
  u.pro_granted_until as "proGrantedUntil", u.role, u.sandbox_proven as "sandboxProven",
  u.suspended_at as "suspendedAt", u.created_at as "createdAt", rooms.count as rooms, rooms.messages,
  sessions.count as "liveSessions", sessions.last as "lastUsedAt",
  coalesce((select used from daily_usage where quota_key = u.quota_key and day = $1::date), 0) as "usedToday",
  coalesce((
    select json_agg(json_build_object('issuer', issuer, 'subject', subject) order by created_at, issuer, subject)
    from external_identities where user_id = u.id
  ), '[]') as identities
from (select * from users where ($2::uuid is null or id < $2) and not (users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3)) order by id desc limit $4) u
  cross join lateral (
    select count(*)::int as count, coalesce(sum(message_count), 0)::int as messages from chatrooms where user_id = u.id
  ) rooms
  cross join lateral (
    select count(*)::int as count, max(last_used_at) as last from sessions
    where user_id = u.id and ended_at is null and expires_at > $3
  ) sessions
order by u.id desc;
