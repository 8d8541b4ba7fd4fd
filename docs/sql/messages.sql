-- Made by "npm run generate" from the statements in src/messages.
-- Each as PostgreSQL gets it, prepared under its name. Parameters with the types that PostgreSQL gives them; indexes and
-- whole tables that the plan reads, on a database without rows or statistics and with enable_seqscan off.

-- export-daily-usage
-- Parameters: $1 userId uuid
-- Indexes: daily_usage_pkey, users_pkey
select d.day::text as day, d.used, d.refunded from users u join daily_usage d on d.quota_key = u.quota_key
where u.id = $1 order by d.day;

-- purge-idempotency-keys
-- Parameters: $1 before timestamp with time zone
-- Indexes: idempotency_keys_created_at_idx
delete from idempotency_keys where created_at < $1;

-- purge-daily-usage
-- Parameters: $1 before date
-- Indexes: daily_usage_day_idx
delete from daily_usage where day < $1::date;

-- account-room-sizes
-- Locks rooms before their messages, the order of every transaction, so that none deadlock. Index: chatrooms_list_idx.
-- Parameters: $1 userId uuid
-- Indexes: chatrooms_list_idx
select id, message_count as size from chatrooms where user_id = $1 order by id for update;

-- account-live-replies
-- Index: messages_live_of_user_idx.
-- Parameters: $1 userId uuid
-- Indexes: messages_live_of_user_idx
select id from messages where user_id = $1 and completed_at is null;

-- account-messages-delete
-- Messages that arrive meanwhile are deleted with their room. Index: messages_chatroom_id_seq_key.
-- Parameters: $1 roomIds uuid[], $2 fromSeq integer, $3 toSeq integer
-- Indexes: messages_chatroom_id_seq_key
delete from messages where chatroom_id = any($1::uuid[]) and seq between $2 and $3;

-- room-choose
-- Moves the active leaf of a room to the newest message below a message; the branch that the room leaves keeps its end. The
-- leaf is found by a function, which sees the room as it is under the lock, not as old as the statement.
-- Indexes: chatrooms_pkey, messages_pkey, message_branches_pkey, those of newest_below (migrations/functions).
-- Parameters: $1 roomId uuid, $2 userId uuid, $3 messageId uuid, $4 now timestamp with time zone
-- Indexes: chatrooms_pkey, messages_pkey
with room as (
  select id, tail_id, branch from chatrooms where id = $1 and user_id = $2 for no key update
),
leaf as (
  select newest.*
  from room join messages m on m.id = $3 and m.chatroom_id = room.id
  cross join lateral newest_below(room.id, coalesce(m.branch, 0), m.seq) newest
),
moved as (
  select leaf.left_branch, leaf.left_seq from room, leaf where leaf.id <> room.tail_id
),
left_branch as (
  insert into message_branches as known (chatroom_id, branch, parent_key, role, sibling, fork_seq, tip_seq)
  select room.id, moved.left_branch, room.id, 'user', 1, 0, moved.left_seq from room, moved
  on conflict on constraint message_branches_pkey do update set tip_seq = excluded.tip_seq
  returning 1
)
update chatrooms r
set tail_id = leaf.id, branch = leaf.branch,
    updated_at = case when exists (select from moved) then greatest($4, r.updated_at) else r.updated_at end
from leaf where r.id = $1
returning r.id, r.user_id as "userId", r.name, r.name_source as "nameSource", r.system_prompt as "systemPrompt", r.model, r.pinned, r.archived, r.message_count as "messageCount", r.tail_id as "tailId", r.branch, r.branches, r.last_message_at as "lastMessageAt", r.last_activity_at as "lastActivityAt", r.created_at as "createdAt", r.updated_at as "updatedAt";

-- edit
-- Accepts another form of a user's message, a sibling with the same parent, in one statement and one round trip: the key, the
-- locks, the unit and the order of a send. A branch begins with it, and the room's active leaf moves to its reply. Refused
-- while the room has a live reply, also one that another request began during the wait for the lock.
-- Indexes: those of the send, messages_pkey, message_branches_pkey, message_branches_siblings_idx.
-- Parameters: $1 userId uuid, $2 idempotencyKey text, $3 now timestamp with time zone, $4 roomId uuid, $5 editedId uuid, $6 proLimit integer, $7 basicLimit integer, $8 day date, $9 replyId uuid, $10 messageId uuid, $11 content text, $12 requestId text, $13 traceContext text, $14 fingerprint bytea
-- Indexes: chatrooms_pkey, daily_usage_pkey, idempotency_keys_pkey, messages_pkey, users_pkey
with
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours'
),
room as (
  select id, message_count, tail_id, branch from chatrooms where id = $4 and user_id = $1 for no key update
),
edited as (
  select m.parent_id from messages m, room where m.id = $5 and m.chatroom_id = room.id and m.role = 'user'
),
parent as (
  select m.id, m.seq, m.branch from messages m, edited where m.id = edited.parent_id
),
allowance as (
  select quota_key, tier, case tier when 'pro' then $6::int else $7::int end as daily_limit
  from (select quota_key, case when users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3) then 'pro' else 'basic' end as tier from users where id = $1) person
),
busy as (
  select from room where room_is_busy(room.id)
),
wanted as (
  select true as costs from edited where not exists (select from busy) and not exists (select from prior)
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $8::date, 1 from allowance, wanted
  where wanted.costs and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = $9,
      branch = r.message_count + 1,
      branches = r.branches + 1,
      last_message_at = $3,
      last_activity_at = $3
  from room, edited, charge
  where r.id = room.id
  returning r.message_count as seq, edited.parent_id, r.branch
),
left_branch as (
  insert into message_branches as known (chatroom_id, branch, parent_key, role, sibling, fork_seq, tip_seq)
  select room.id, coalesce(room.branch, 0), room.id, 'user', 1, 0, tip from room cross join lateral seq_of(room.tail_id) tip, moved where tip is not null
  on conflict on constraint message_branches_pkey do update set tip_seq = excluded.tip_seq
  returning 1
),
branch as (
  insert into message_branches (chatroom_id, branch, parent_key, role, sibling, parent_branch, fork_seq, tip_seq)
  select room.id, moved.seq - 1, coalesce(parent.id, room.id), 'user',
    next_sibling(room.id, coalesce(parent.id, room.id), 'user'),
    case when parent.id is not null then coalesce(parent.branch, 0) end, coalesce(parent.seq, 0), moved.seq
  from moved cross join room left join parent parent on true
  returning sibling
),
slot as (
  select reply_may_begin($1, $4, 8) as granted from moved
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, role, content, status, created_at, completed_at)
  select $10, $4, $1, seq - 1, parent_id, branch, 'user', $11, 'completed', $3, $3 from moved
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at,
    created_at, request_id, trace_context)
  select $9, $4, $1, seq, $10, branch, $10, 'model', 'queued', $8::date,
    case when slot.granted then $3::timestamptz end, $3, $12, $13
  from moved, slot
),
expired as (
  delete from idempotency_keys
  where user_id = $1 and key = $2 and created_at <= $3::timestamptz - interval '24 hours'
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select $1, $2, $14, $9, $3
  from moved, (select count(*) from expired) as before where $2::text is not null
)
select
  case
    when exists (select from prior where fingerprint is distinct from $14) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from edited) then 'not_found'
    when exists (select from busy) then 'reply_in_progress'
    when not exists (select from slot) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from allowance) as tier,
  coalesce((select used from charge),
           greatest((select d.used from daily_usage d, allowance where d.quota_key = allowance.quota_key and d.day = $8::date),
                    (select daily_limit from allowance, wanted where wanted.costs)),
           0) as used,
  (select granted from slot) as granted,
  (select resource_id from prior) as "priorReplyId",
  (select seq from moved) as seq,
  (select parent_id from moved) as "parentId",
  (select branch from moved) as branch,
  (select sibling from branch) as sibling;

-- messages-line
-- A page of a line of messages, from one message towards the first of the room; by default from the room's active leaf. The
-- cost is that of the page: one look-up by key a message (`limit 1` keeps PostgreSQL from joining the whole table).
-- Indexes: chatrooms_pkey, messages_pkey; in a room with branches also those of message_branches.
-- Parameters: $1 roomId uuid, $2 userId uuid, $3 fromId uuid, $4 limit integer
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_chatroom_id_seq_key, messages_pkey
with recursive
room as materialized (
  select id, tail_id, branch, branches from chatrooms where id = $1 and user_id = $2
),
path as (
  select coalesce(branch, 0) as branch, 2147483647 as last_seq from room where branches > 0
  union all
  select b.parent_branch, b.fork_seq
  from path cross join lateral (
    select parent_branch, fork_seq from message_branches where chatroom_id = $1 and branch = path.branch limit 1
  ) b
  where b.parent_branch is not null
),
line as (
  select m.*, 1 as place from room join messages m on m.id = coalesce($3::uuid, room.tail_id) and m.chatroom_id = room.id
  union all
  select parent.*, line.place + 1
  from line cross join lateral (select * from messages where id = line.parent_id limit 1) parent
  where line.place < $4 and parent.chatroom_id = line.chatroom_id
)
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or exists (select from path where path.branch = coalesce(m.branch, 0) and m.seq <= path.last_seq)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount" from room r left join line m on true order by m.place;

-- messages-line-seqs
-- The numbers of a line of messages, as LINE. Indexes: chatrooms_pkey, messages_pkey.
-- Parameters: $1 roomId uuid, $2 userId uuid, $3 fromId uuid, $4 limit integer
-- Indexes: chatrooms_pkey, messages_chatroom_id_seq_key, messages_pkey
with recursive
room as materialized (
  select id, tail_id, branch, branches from chatrooms where id = $1 and user_id = $2
),
line as (
  select m.chatroom_id, m.seq, m.parent_id, 1 as place
  from room join messages m on m.id = coalesce($3::uuid, room.tail_id) and m.chatroom_id = room.id
  union all
  select parent.chatroom_id, parent.seq, parent.parent_id, line.place + 1
  from line cross join lateral (select * from messages where id = line.parent_id limit 1) parent
  where line.place < $4 and parent.chatroom_id = line.chatroom_id
)
select line.seq, line.parent_id as "parentId" from room left join line on true order by line.place;

-- messages-with-seqs
-- Messages by their numbers, oldest first. Indexes: those of a page of the room.
-- Parameters: $1 roomId uuid, $2 userId uuid, $3 seqs integer[]
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_chatroom_id_seq_key
with recursive
room as materialized (
  select id, tail_id, branch, branches from chatrooms where id = $1 and user_id = $2
),
path as (
  select coalesce(branch, 0) as branch, 2147483647 as last_seq from room where branches > 0
  union all
  select b.parent_branch, b.fork_seq
  from path cross join lateral (
    select parent_branch, fork_seq from message_branches where chatroom_id = $1 and branch = path.branch limit 1
  ) b
  where b.parent_branch is not null
)
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or exists (select from path where path.branch = coalesce(m.branch, 0) and m.seq <= path.last_seq)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount"
from room r left join messages m on m.chatroom_id = r.id and m.seq = any($3::int[])
order by m.seq;

-- message-set-feedback
-- Indexes: messages_pkey, chatrooms_pkey.
-- Parameters: $1 feedback jsonb, $2 replyId uuid, $3 roomId uuid, $4 userId uuid
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_chatroom_id_seq_key
update messages m set feedback = $1::jsonb
from chatrooms r
where r.id = m.chatroom_id and m.id = $2 and m.chatroom_id = $3 and m.user_id = $4 and m.role = 'model'
returning m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or on_path(m.chatroom_id, m.id)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount";

-- messages-newest-before
-- A page of a room's messages: the room's row proves the ownership, the lateral join reads only the page.
-- Indexes: chatrooms_pkey, messages_chatroom_id_seq_key; in a room with branches also those of message_branches.
-- Parameters: $1 roomId uuid, $2 userId uuid, $3 seq integer, $4 limit bigint
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_chatroom_id_seq_key
with recursive
room as materialized (
  select id, tail_id, branch, branches from chatrooms where id = $1 and user_id = $2
),
path as (
  select coalesce(branch, 0) as branch, 2147483647 as last_seq from room where branches > 0
  union all
  select b.parent_branch, b.fork_seq
  from path cross join lateral (
    select parent_branch, fork_seq from message_branches where chatroom_id = $1 and branch = path.branch limit 1
  ) b
  where b.parent_branch is not null
)
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or exists (select from path where path.branch = coalesce(m.branch, 0) and m.seq <= path.last_seq)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount"
from room r
left join lateral (
  select * from messages where chatroom_id = r.id and seq < $3 order by seq desc limit $4
) m on true
order by m.seq desc;

-- messages-oldest-after
-- A page of a room's messages: the room's row proves the ownership, the lateral join reads only the page.
-- Indexes: chatrooms_pkey, messages_chatroom_id_seq_key; in a room with branches also those of message_branches.
-- Parameters: $1 roomId uuid, $2 userId uuid, $3 seq integer, $4 limit bigint
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_chatroom_id_seq_key
with recursive
room as materialized (
  select id, tail_id, branch, branches from chatrooms where id = $1 and user_id = $2
),
path as (
  select coalesce(branch, 0) as branch, 2147483647 as last_seq from room where branches > 0
  union all
  select b.parent_branch, b.fork_seq
  from path cross join lateral (
    select parent_branch, fork_seq from message_branches where chatroom_id = $1 and branch = path.branch limit 1
  ) b
  where b.parent_branch is not null
)
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or exists (select from path where path.branch = coalesce(m.branch, 0) and m.seq <= path.last_seq)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount"
from room r
left join lateral (
  select * from messages where chatroom_id = r.id and seq > $3 order by seq asc limit $4
) m on true
order by m.seq asc;

-- message-one
-- Index: messages_pkey, chatrooms_pkey.
-- Parameters: $1 messageId uuid, $2 roomId uuid, $3 userId uuid
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_chatroom_id_seq_key
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
   m.active and (r.branches = 0 or on_path(m.chatroom_id, m.id)) as active,
   case when r.branches = 0 then 1 else coalesce((
     select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
   ), 1) end as "siblingIndex",
   case when r.branches = 0 then 1 else coalesce((
     select max(b.sibling) from message_branches b
     where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
   ), 1) end as "siblingCount" from messages m join chatrooms r on r.id = m.chatroom_id
where m.id = $1 and m.chatroom_id = $2 and m.user_id = $3;

-- message-live-in-room
-- The running or next reply of a room: replies run in the order of their messages. A room without one gives a row of nulls.
-- Indexes: chatrooms_pkey, messages_live_idx.
-- Parameters: $1 roomId uuid, $2 userId uuid
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_live_idx
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or on_path(m.chatroom_id, m.id)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount"
from chatrooms r
left join lateral (
  select * from messages where chatroom_id = r.id and completed_at is null order by seq limit 1
) m on true
where r.id = $1 and r.user_id = $2;

-- message-exchange
-- A reply and the message that it answers, the message first. Indexes: messages_pkey, twice, chatrooms_pkey.
-- Parameters: $1 replyId uuid, $2 userId uuid
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_pkey
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
  m.active and (r.branches = 0 or on_path(m.chatroom_id, m.id)) as active,
  case when r.branches = 0 then 1 else coalesce((
    select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
  ), 1) end as "siblingIndex",
  case when r.branches = 0 then 1 else coalesce((
    select max(b.sibling) from message_branches b
    where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
  ), 1) end as "siblingCount"
from messages reply join messages m on m.id in (reply.id, reply.in_reply_to) join chatrooms r on r.id = reply.chatroom_id
where reply.id = $1 and reply.user_id = $2 and reply.role = 'model'
order by m.role desc;

-- message-many
-- Without the owner: only for streams, whose opening has checked it. Indexes: messages_pkey, chatrooms_pkey.
-- Parameters: $1 ids uuid[]
-- Indexes: chatrooms_pkey, message_branches_pkey, message_branches_siblings_idx, messages_pkey
select m.id, m.chatroom_id as "chatroomId", m.user_id as "userId", m.seq, m.parent_id as "parentId", m.role, m.content, m.status, m.error_code as "errorCode", m.finish_reason as "finishReason", m.model, m.provider, m.prompt_tokens as "promptTokens", m.output_tokens as "outputTokens", m.thought_tokens as "thoughtTokens", m.cached_tokens as "cachedTokens", m.attempt, m.generation, m.failures, m.put_offs as "deferrals", m.in_reply_to as "inReplyTo", m.branch, m.refused, m.charged_on::text as "chargedOn", m.turn_at as "slotGrantedAt", m.lease_until as "leaseUntil", m.next_attempt_at as "nextAttemptAt", m.stop_requested_at as "stopRequestedAt", m.request_id as "requestId", m.feedback, m.trace_context as "traceContext", m.created_at as "createdAt", m.completed_at as "completedAt",
m.active and (r.branches = 0 or on_path(m.chatroom_id, m.id)) as active,
case when r.branches = 0 then 1 else coalesce((
  select b.sibling from message_branches b where b.chatroom_id = m.chatroom_id and b.branch = m.seq and m.branch = m.seq
), 1) end as "siblingIndex",
case when r.branches = 0 then 1 else coalesce((
  select max(b.sibling) from message_branches b
  where b.chatroom_id = m.chatroom_id and b.parent_key = coalesce(m.parent_id, m.chatroom_id) and b.role = m.role
), 1) end as "siblingCount" from messages m join chatrooms r on r.id = m.chatroom_id where m.id = any($1::uuid[]);

-- usage-standing
-- Indexes: users_pkey, daily_usage_pkey.
-- Parameters: $1 now timestamp with time zone, $2 day date, $3 userId uuid
-- Indexes: daily_usage_pkey, users_pkey
select case when u.tier = 'pro' and (u.tier_ends_at is null or u.tier_ends_at > $1) then 'pro' else 'basic' end as tier,
       coalesce(d.used, 0) as used
from users u left join daily_usage d on d.quota_key = u.quota_key and d.day = $2::date
where u.id = $3;

-- reply-stop
-- Stops a reply. Without a worker it ends here, with the text so far; otherwise its worker is notified and ends it with all
-- the text that it has published. A final reply stays as it is.
-- Index: messages_pkey.
-- Parameters: $1 replyId uuid, $2 roomId uuid, $3 userId uuid, $4 now timestamp with time zone
-- Indexes: messages_chatroom_id_seq_key, messages_pkey
with mine as (
  select m.id, m.lease_until is null or m.lease_until <= clock_timestamp() as idle
  from messages m
  where m.id = $1 and m.chatroom_id = $2 and m.user_id = $3 and m.role = 'model'
    and m.status in ('queued', 'streaming', 'retrying')
  for no key update of m
),
done as (
  update messages m
  set status = 'stopped', finish_reason = 'stopped', completed_at = $4, lease_until = null, next_attempt_at = null
  from mine where m.id = mine.id and mine.idle
  returning m.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status
),
asked as (
  update messages m set stop_requested_at = coalesce(m.stop_requested_at, $4)
  from mine where m.id = mine.id and not mine.idle
  returning m.id
)
select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
  done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
  done.turn_at as "slotGrantedAt", done.status
from done left join lateral admit_replies(done.user_id, $4, 8) as next on true
union all
select null, null, false, null, null, null, null, null, null from asked;

-- reply-stop-event
-- The same, with the event for the app's server.
-- Parameters: $1 replyId uuid, $2 roomId uuid, $3 userId uuid, $4 now timestamp with time zone, $5 eventId uuid
-- Indexes: messages_chatroom_id_seq_key, messages_pkey
with mine as (
  select m.id, m.lease_until is null or m.lease_until <= clock_timestamp() as idle
  from messages m
  where m.id = $1 and m.chatroom_id = $2 and m.user_id = $3 and m.role = 'model'
    and m.status in ('queued', 'streaming', 'retrying')
  for no key update of m
),
done as (
  update messages m
  set status = 'stopped', finish_reason = 'stopped', completed_at = $4, lease_until = null, next_attempt_at = null
  from mine where m.id = mine.id and mine.idle
  returning m.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status, m.in_reply_to, m.finish_reason, m.error_code
),
event as (
  insert into outgoing_events (id, type, user_id, data, created_at, next_try_at, give_up_at)
  select $5, 'reply.' || done.status, done.user_id,
    jsonb_build_object('user_id', done.user_id, 'chatroom_id', done.chatroom_id, 'message_id', done.in_reply_to,
      'reply_id', done.id, 'status', done.status, 'finish_reason', done.finish_reason, 'error_code', done.error_code,
      'attempt', done.attempt),
    $4, $4, $4::timestamptz + interval '259200 seconds'
  from done
),
asked as (
  update messages m set stop_requested_at = coalesce(m.stop_requested_at, $4)
  from mine where m.id = mine.id and not mine.idle
  returning m.id
)
select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
  done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
  done.turn_at as "slotGrantedAt", done.status
from done left join lateral admit_replies(done.user_id, $4, 8) as next on true
union all
select null, null, false, null, null, null, null, null, null from asked;

-- reply-retry
-- Retries a failed reply in place. It takes a unit if the failure gave one back (`costs`), and records the day that pays
-- (`chargedOn`). The newest reply of a message that has not failed becomes the active one. The fencing token is raised here
-- as well: the worker of a reply that failed at its deadline may still be writing, and the row becomes live again.
-- Indexes: idempotency_keys_pkey, chatrooms_pkey, messages_pkey, room_slots_pkey, user_slots_pkey, those of settle_answers
-- (migrations/1796000200000).
-- Parameters: $1 userId uuid, $2 idempotencyKey text, $3 now timestamp with time zone, $4 roomId uuid, $5 replyId uuid, $6 proLimit integer, $7 basicLimit integer, $8 day date, $9 requestId text, $10 traceContext text, $11 fingerprint bytea, $12 resultId uuid
-- Indexes: chatrooms_pkey, daily_usage_pkey, idempotency_keys_pkey, messages_pkey, users_pkey
with
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours'
),
room as (
  select id, message_count, tail_id, branch from chatrooms where id = $4 and user_id = $1 for no key update
),
mine as (
  select m.id, m.status, m.seq, m.generation, m.charged_on, m.in_reply_to
  from messages m, room
  where m.id = $5 and m.chatroom_id = room.id and m.role = 'model'
  for no key update of m
),
allowance as (
  select quota_key, tier, case tier when 'pro' then $6::int else $7::int end as daily_limit
  from (select quota_key, case when users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3) then 'pro' else 'basic' end as tier from users where id = $1) person
),
wanted as (
  select mine.charged_on is null as costs from mine
  where mine.status = 'failed' and mine.generation <= 3
    and not exists (select from prior)
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $8::date, 1 from allowance, wanted
  where wanted.costs and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
),
paid as (
  select from wanted where not wanted.costs or exists (select from charge)
),
settled as (
  select settle_answers($4, mine.in_reply_to, mine.id, mine.seq) as active from mine, paid
),
revived as (
  update messages m
  set status = 'queued', attempt = m.attempt + 1, generation = m.generation + 1, failures = 0, error_code = null, finish_reason = null,
      provider = null, completed_at = null, next_attempt_at = null, stop_requested_at = null, content = '', feedback = null,
      charged_on = coalesce(m.charged_on, $8::date), active = settled.active, request_id = coalesce($9::text, m.request_id),
      trace_context = $10::text,
      turn_at = case when reply_may_begin($1, $4, 8) then $3::timestamptz end
  from mine, settled where m.id = mine.id
  returning m.turn_at is not null as granted, m.generation
),
expired as (
  delete from idempotency_keys
  where user_id = $1 and key = $2 and created_at <= $3::timestamptz - interval '24 hours'
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select $1, $2, $11, $12, $3
  from revived, (select count(*) from expired) as before where $2::text is not null
)
select
  case
    when exists (select from prior where fingerprint is distinct from $11) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from mine) then 'not_found'
    when exists (select from mine where status <> 'failed' or generation > 3) then 'not_retriable'
    when not exists (select from revived) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from allowance) as tier,
  coalesce((select used from charge),
           greatest((select d.used from daily_usage d, allowance where d.quota_key = allowance.quota_key and d.day = $8::date),
                    (select daily_limit from allowance, wanted where wanted.costs)),
           0) as used,
  (select granted from revived) as granted,
  (select resource_id from prior) as "priorReplyId", (select generation from revived) as generation;

-- reply-retry-free
-- Retry by an operator: it takes no unit of the user's day.
-- Parameters: $1 userId uuid, $2 idempotencyKey text, $3 now timestamp with time zone, $4 roomId uuid, $5 replyId uuid, $6 proLimit integer, $7 basicLimit integer, $8 day date, $9 requestId text, $10 traceContext text, $11 fingerprint bytea, $12 resultId uuid
-- Indexes: chatrooms_pkey, daily_usage_pkey, idempotency_keys_pkey, messages_pkey, users_pkey
with
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours'
),
room as (
  select id, message_count, tail_id, branch from chatrooms where id = $4 and user_id = $1 for no key update
),
mine as (
  select m.id, m.status, m.seq, m.generation, m.charged_on, m.in_reply_to
  from messages m, room
  where m.id = $5 and m.chatroom_id = room.id and m.role = 'model'
  for no key update of m
),
allowance as (
  select quota_key, tier, case tier when 'pro' then $6::int else $7::int end as daily_limit
  from (select quota_key, case when users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3) then 'pro' else 'basic' end as tier from users where id = $1) person
),
wanted as (
  select false as costs from mine
  where mine.status = 'failed' and mine.generation <= 3
    and not exists (select from prior)
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $8::date, 1 from allowance, wanted
  where wanted.costs and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
),
paid as (
  select from wanted where not wanted.costs or exists (select from charge)
),
settled as (
  select settle_answers($4, mine.in_reply_to, mine.id, mine.seq) as active from mine, paid
),
revived as (
  update messages m
  set status = 'queued', attempt = m.attempt + 1, generation = m.generation + 1, failures = 0, error_code = null, finish_reason = null,
      provider = null, completed_at = null, next_attempt_at = null, stop_requested_at = null, content = '', feedback = null,
      charged_on = m.charged_on, active = settled.active, request_id = coalesce($9::text, m.request_id),
      trace_context = $10::text,
      turn_at = case when reply_may_begin($1, $4, 8) then $3::timestamptz end
  from mine, settled where m.id = mine.id
  returning m.turn_at is not null as granted, m.generation
),
expired as (
  delete from idempotency_keys
  where user_id = $1 and key = $2 and created_at <= $3::timestamptz - interval '24 hours'
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select $1, $2, $11, $12, $3
  from revived, (select count(*) from expired) as before where $2::text is not null
)
select
  case
    when exists (select from prior where fingerprint is distinct from $11) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from mine) then 'not_found'
    when exists (select from mine where status <> 'failed' or generation > 3) then 'not_retriable'
    when not exists (select from revived) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from allowance) as tier,
  coalesce((select used from charge),
           greatest((select d.used from daily_usage d, allowance where d.quota_key = allowance.quota_key and d.day = $8::date),
                    (select daily_limit from allowance, wanted where wanted.costs)),
           0) as used,
  (select granted from revived) as granted,
  (select resource_id from prior) as "priorReplyId", (select generation from revived) as generation;

-- reply-regenerate
-- Creates another answer to the same message, a sibling of the first: a branch begins with it, and the room's active leaf
-- moves to it. It takes a unit. Refused while the room has a live reply, also one that another request began during the
-- wait for the lock. Indexes: as RETRY, messages_pkey, message_branches_pkey, message_branches_siblings_idx.
-- Parameters: $1 userId uuid, $2 idempotencyKey text, $3 now timestamp with time zone, $4 roomId uuid, $5 replyId uuid, $6 proLimit integer, $7 basicLimit integer, $8 day date, $9 resultId uuid, $10 requestId text, $11 traceContext text, $12 fingerprint bytea
-- Indexes: chatrooms_pkey, daily_usage_pkey, idempotency_keys_pkey, messages_pkey, users_pkey
with
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours'
),
room as (
  select id, message_count, tail_id, branch from chatrooms where id = $4 and user_id = $1 for no key update
),
mine as (
  select m.id, m.status, m.seq, m.generation, m.charged_on, m.in_reply_to
  from messages m, room
  where m.id = $5 and m.chatroom_id = room.id and m.role = 'model'
  for no key update of m
),
allowance as (
  select quota_key, tier, case tier when 'pro' then $6::int else $7::int end as daily_limit
  from (select quota_key, case when users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3) then 'pro' else 'basic' end as tier from users where id = $1) person
),
busy as (
  select from room where room_is_busy(room.id)
),
question as (
  select m.id, m.seq, m.branch from messages m, mine where m.id = mine.in_reply_to
),
wanted as (
  select true as costs from mine
  where not exists (select from busy) and not exists (select from prior)
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $8::date, 1 from allowance, wanted
  where wanted.costs and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
),
paid as (
  select from wanted where not wanted.costs or exists (select from charge)
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 1, tail_id = $9, branch = r.message_count + 1, branches = r.branches + 1
  from room, paid where r.id = room.id
  returning r.message_count as seq
),
left_branch as (
  insert into message_branches as known (chatroom_id, branch, parent_key, role, sibling, fork_seq, tip_seq)
  select room.id, coalesce(room.branch, 0), room.id, 'user', 1, 0, tip from room cross join lateral seq_of(room.tail_id) tip, moved where tip is not null
  on conflict on constraint message_branches_pkey do update set tip_seq = excluded.tip_seq
  returning 1
),
branch as (
  insert into message_branches (chatroom_id, branch, parent_key, role, sibling, parent_branch, fork_seq, tip_seq)
  select room.id, moved.seq, coalesce(parent.id, room.id), 'model',
    next_sibling(room.id, coalesce(parent.id, room.id), 'model'),
    case when parent.id is not null then coalesce(parent.branch, 0) end, coalesce(parent.seq, 0), moved.seq
  from moved cross join room left join question parent on true
  returning sibling
),
begun as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at,
    created_at, request_id, trace_context)
  select $9, $4, $1, moved.seq, mine.in_reply_to, moved.seq, mine.in_reply_to, 'model', 'queued', $8::date,
    case when reply_may_begin($1, $4, 8) then $3::timestamptz end, $3, $10, $11 from moved, mine
  returning turn_at is not null as granted, generation
),
expired as (
  delete from idempotency_keys
  where user_id = $1 and key = $2 and created_at <= $3::timestamptz - interval '24 hours'
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select $1, $2, $12, $9, $3
  from begun, (select count(*) from expired) as before where $2::text is not null
)
select
  case
    when exists (select from prior where fingerprint is distinct from $12) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from mine) then 'not_found'
    when exists (select from busy) then 'reply_in_progress'
    when not exists (select from begun) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from allowance) as tier,
  coalesce((select used from charge),
           greatest((select d.used from daily_usage d, allowance where d.quota_key = allowance.quota_key and d.day = $8::date),
                    (select daily_limit from allowance, wanted where wanted.costs)),
           0) as used,
  (select granted from begun) as granted,
  (select resource_id from prior) as "priorReplyId", (select generation from begun) as generation;

-- reply-claim
-- Claims a reply for one worker: raises the fencing token, so that the worker which held it before can write no more.
-- Refused while another worker's lease runs, before the reply has its slot, and beside an earlier reply of the room that
-- has one. Text shown by the previous attempt is dropped, unless the reply is only to be stopped. `offset 0` keeps the search for
-- the earlier reply behind the reply: as a join, it would read a whole room that has most of the table's messages.
-- Indexes: messages_pkey, room_slots_pkey, messages_chatroom_id_seq_key from the room's first live reply on.
-- Parameters: $1 leaseMs double precision, $2 id uuid, $3 generation integer, $4 now timestamp with time zone
-- Indexes: chatrooms_pkey, messages_chatroom_id_seq_key, messages_pkey, room_slots_pkey, users_pkey
update messages m
set status = 'streaming', attempt = m.attempt + 1, next_attempt_at = null,
    content = case when m.stop_requested_at is null then '' else m.content end,
    lease_until = clock_timestamp() + $1 * interval '1 millisecond'
from chatrooms r, users u
where m.id = $2 and m.generation = $3 and m.status in ('queued', 'streaming', 'retrying') and m.turn_at is not null
  and (m.lease_until is null or m.lease_until <= clock_timestamp())
  and (m.next_attempt_at is null or m.next_attempt_at <= $4)
  and not exists (select from messages earlier
                  where earlier.chatroom_id = m.chatroom_id and earlier.seq < m.seq and earlier.turn_at is not null
                    and earlier.status in ('queued', 'streaming', 'retrying')
                    and earlier.seq >= (select s.first_live_seq from room_slots s where s.chatroom_id = m.chatroom_id) offset 0)
  and r.id = m.chatroom_id and u.id = m.user_id
returning m.attempt, m.failures, m.put_offs as "deferrals", m.generation, m.turn_at as "slotGrantedAt",
  m.chatroom_id as "chatroomId", m.trace_context as "traceContext", (select q.seq from messages q where q.id = m.in_reply_to) as "questionSeq", m.content,
  m.stop_requested_at is not null as "stopRequested", r.name_source as "nameSource", r.system_prompt as "systemPrompt", r.model,
  case when u.tier = 'pro' and (u.tier_ends_at is null or u.tier_ends_at > $4) then 'pro' else 'basic' end as tier;

-- reply-claim-refused
-- Why a claim was refused: the time of the reply's next attempt, and the rest of another worker's lease, in milliseconds of
-- the database's clock, which decides about leases.
-- Index: messages_pkey.
-- Parameters: $1 id uuid, $2 generation integer
-- Indexes: messages_live_of_user_idx
select next_attempt_at as "nextAttemptAt",
  (extract(epoch from lease_until - clock_timestamp()) * 1000)::float8 as "leaseLeftMs"
from messages where id = $1 and generation = $2 and completed_at is null;

-- reply-flush
-- Writes the text so far and renews the lease. No row: the claim is lost. Returns whether a stop was requested.
-- Parameters: $1 content text, $2 leaseMs double precision, $3 id uuid, $4 attempt integer
-- Indexes: messages_pkey
update messages m set content = $1, lease_until = clock_timestamp() + $2 * interval '1 millisecond'
where m.id = $3 and m.attempt = $4 and m.status in ('queued', 'streaming', 'retrying')
returning m.stop_requested_at is not null as "stopRequested";

-- reply-finish
-- Ends a reply with an answer, by one conditional update. The charged unit stays used.
-- Parameters: $1 status text, $2 content text, $3 finishReason text, $4 errorCode text, $5 model text, $6 provider text, $7 promptTokens integer, $8 outputTokens integer, $9 thoughtTokens integer, $10 cachedTokens integer, $11 now timestamp with time zone, $12 id uuid, $13 attempt integer
-- Indexes: messages_pkey
with done as (
  update messages m
  set status = $1, content = $2, finish_reason = $3, error_code = $4, model = $5,
      provider = $6, prompt_tokens = $7, output_tokens = $8, thought_tokens = $9,
      cached_tokens = $10, completed_at = $11, lease_until = null
  where m.id = $12 and m.attempt = $13 and m.status in ('queued', 'streaming', 'retrying')
  returning m.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status
)
select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
  done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
  done.turn_at as "slotGrantedAt", done.status
from done left join lateral admit_replies(done.user_id, $11, 8) as next on true;

-- reply-finish-event
-- The same, with the event for the app's server.
-- Parameters: $1 status text, $2 content text, $3 finishReason text, $4 errorCode text, $5 model text, $6 provider text, $7 promptTokens integer, $8 outputTokens integer, $9 thoughtTokens integer, $10 cachedTokens integer, $11 now timestamp with time zone, $12 id uuid, $13 attempt integer, $14 eventId uuid
-- Indexes: messages_pkey
with done as (
  update messages m
  set status = $1, content = $2, finish_reason = $3, error_code = $4, model = $5,
      provider = $6, prompt_tokens = $7, output_tokens = $8, thought_tokens = $9,
      cached_tokens = $10, completed_at = $11, lease_until = null
  where m.id = $12 and m.attempt = $13 and m.status in ('queued', 'streaming', 'retrying')
  returning m.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status, m.in_reply_to, m.finish_reason, m.error_code
),
event as (
  insert into outgoing_events (id, type, user_id, data, created_at, next_try_at, give_up_at)
  select $14, 'reply.' || done.status, done.user_id,
    jsonb_build_object('user_id', done.user_id, 'chatroom_id', done.chatroom_id, 'message_id', done.in_reply_to,
      'reply_id', done.id, 'status', done.status, 'finish_reason', done.finish_reason, 'error_code', done.error_code,
      'attempt', done.attempt),
    $11, $11, $11::timestamptz + interval '259200 seconds'
  from done
)
select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
  done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
  done.turn_at as "slotGrantedAt", done.status
from done left join lateral admit_replies(done.user_id, $11, 8) as next on true;

-- reply-fail
-- Fails a reply without an answer. The unit is given back to its day, once per reply and at most ten times a day per user;
-- beyond that it stays used, and a retry is free. Another answer to the same message, if any, becomes the active one. That
-- is decided under the room's lock, which a retry of such an answer takes as well; every transaction locks the room before
-- the reply.
-- Indexes: messages_pkey, chatrooms_pkey, daily_usage_pkey, those of settle_answers (migrations/1796000200000).
-- Parameters: $1 id uuid, $2 attempt integer, $3 refused boolean, $4 errorCode text, $5 provider text, $6 now timestamp with time zone
-- Indexes: chatrooms_pkey, daily_usage_pkey, messages_pkey, users_pkey
with room as (
  select r.id, r.branches from chatrooms r join messages m on m.chatroom_id = r.id
  where m.id = $1 and m.status in ('queued', 'streaming', 'retrying')
  for no key update of r
),
mine as (
  select m.id, m.charged_on, m.chatroom_id, m.in_reply_to, u.quota_key
  from room join messages m on m.chatroom_id = room.id join users u on u.id = m.user_id
  where m.id = $1 and ($2::int is null or m.attempt = $2) and m.status in ('queued', 'streaming', 'retrying')
  for no key update of m
),
refund as (
  update daily_usage d set used = d.used - 1, refunded = d.refunded + 1
  from mine where d.quota_key = mine.quota_key and d.day = mine.charged_on and d.refunded < 10 and d.used > 0
  returning d.day
),
refused as (
  update messages q set refused = true from mine where q.id = mine.in_reply_to and $3
),
settled as (
  select settle_answers(mine.chatroom_id, mine.in_reply_to, mine.id, null) from mine
),
done as (
  update messages m
  set status = 'failed', content = '', finish_reason = 'error', error_code = $4, provider = $5, completed_at = $6,
      lease_until = null, next_attempt_at = null, active = false, charged_on = case when exists (select from refund) then null else m.charged_on end
  from mine, settled where m.id = mine.id
  returning m.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status
)
select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
  done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
  done.turn_at as "slotGrantedAt", done.status, exists (select from room where branches > 0) as "hasBranches"
from done left join lateral admit_replies(done.user_id, $6, 8) as next on true;

-- reply-fail-event
-- The same, with the event for the app's server.
-- Parameters: $1 id uuid, $2 attempt integer, $3 refused boolean, $4 errorCode text, $5 provider text, $6 now timestamp with time zone, $7 eventId uuid
-- Indexes: chatrooms_pkey, daily_usage_pkey, messages_pkey, users_pkey
with room as (
  select r.id, r.branches from chatrooms r join messages m on m.chatroom_id = r.id
  where m.id = $1 and m.status in ('queued', 'streaming', 'retrying')
  for no key update of r
),
mine as (
  select m.id, m.charged_on, m.chatroom_id, m.in_reply_to, u.quota_key
  from room join messages m on m.chatroom_id = room.id join users u on u.id = m.user_id
  where m.id = $1 and ($2::int is null or m.attempt = $2) and m.status in ('queued', 'streaming', 'retrying')
  for no key update of m
),
refund as (
  update daily_usage d set used = d.used - 1, refunded = d.refunded + 1
  from mine where d.quota_key = mine.quota_key and d.day = mine.charged_on and d.refunded < 10 and d.used > 0
  returning d.day
),
refused as (
  update messages q set refused = true from mine where q.id = mine.in_reply_to and $3
),
settled as (
  select settle_answers(mine.chatroom_id, mine.in_reply_to, mine.id, null) from mine
),
done as (
  update messages m
  set status = 'failed', content = '', finish_reason = 'error', error_code = $4, provider = $5, completed_at = $6,
      lease_until = null, next_attempt_at = null, active = false, charged_on = case when exists (select from refund) then null else m.charged_on end
  from mine, settled where m.id = mine.id
  returning m.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status, m.in_reply_to, m.finish_reason, m.error_code
),
event as (
  insert into outgoing_events (id, type, user_id, data, created_at, next_try_at, give_up_at)
  select $7, 'reply.' || done.status, done.user_id,
    jsonb_build_object('user_id', done.user_id, 'chatroom_id', done.chatroom_id, 'message_id', done.in_reply_to,
      'reply_id', done.id, 'status', done.status, 'finish_reason', done.finish_reason, 'error_code', done.error_code,
      'attempt', done.attempt),
    $6, $6, $6::timestamptz + interval '259200 seconds'
  from done
)
select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
  done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
  done.turn_at as "slotGrantedAt", done.status, exists (select from room where branches > 0) as "hasBranches"
from done left join lateral admit_replies(done.user_id, $6, 8) as next on true;

-- reply-retry-later
-- Schedules the next try after a failed one; the event wakes the streams of the reply.
-- Parameters: $1 nextAttemptAt timestamp with time zone, $2 id uuid, $3 attempt integer
-- Indexes: messages_pkey
update messages m
set status = 'retrying', failures = m.failures + 1, next_attempt_at = $1, content = '', lease_until = null
where m.id = $2 and m.attempt = $3 and m.status in ('queued', 'streaming', 'retrying')
returning m.id;

-- reply-defer
-- Defers a reply without counting a failed try: the model was rate-limited or skipped.
-- Parameters: $1 nextAttemptAt timestamp with time zone, $2 id uuid, $3 attempt integer
-- Indexes: messages_pkey
update messages m
set status = 'retrying', put_offs = m.put_offs + 1, next_attempt_at = $1, content = '', lease_until = null
where m.id = $2 and m.attempt = $3 and m.status in ('queued', 'streaming', 'retrying')
returning m.id;

-- reply-release
-- Releases a reply of a worker that shuts down. It is counted as a deferral, not as a crash, so that any number of deploys
-- does not make a reply poison.
-- Parameters: $1 id uuid, $2 attempt integer
-- Indexes: messages_pkey
update messages m set status = 'queued', put_offs = m.put_offs + 1, content = '', lease_until = null
where m.id = $1 and m.attempt = $2 and m.status in ('queued', 'streaming', 'retrying')
returning m.id, m.generation;

-- reply-granted-unclaimed
-- Live replies that hold a slot and no lease: their jobs are added again. A slot granted within the last second is left out,
-- because its job has just been added: under load those are nearly all, and adding them twice would double the cost of
-- adding. In the order of rooms, so that a sweep continues where the previous one ended.
-- Index: messages_live_idx.
-- Parameters: $1 afterRoomId uuid, $2 now timestamp with time zone, $3 limit bigint
-- Indexes: messages_live_idx
select id, generation, chatroom_id as "chatroomId" from messages
where completed_at is null and chatroom_id > $1
  and (lease_until is null or lease_until <= clock_timestamp()) and (next_attempt_at is null or next_attempt_at <= $2)
  and turn_at <= $2::timestamptz - interval '1 second'
order by chatroom_id
limit $3;

-- reply-grant-waiting
-- Grants free slots to rooms that wait although no reply is about to end and grant them: a room was deleted with the reply
-- that held a slot, or an end was written by hand. Users are taken in one order, because the lock of one is held while that
-- of the next is waited for. Indexes: room_slots_waiting_idx, user_slots_pkey, those of admit_replies.
-- Parameters: $1 limit bigint, $2 now timestamp with time zone
-- Indexes: room_slots_waiting_idx, user_slots_pkey
with waiting_users as materialized (
  select s.user_id from user_slots s
  where s.user_id in (select user_id from room_slots where ticket is not null) and s.granted < 8
  order by s.user_id limit $1
)
select granted.id, granted.generation
from waiting_users cross join lateral admit_replies(waiting_users.user_id, $2, 8) as granted;

-- reply-overdue
-- Live replies past their deadline. Index: messages_live_idx.
-- Parameters: $1 grantedBefore timestamp with time zone, $2 limit bigint
-- Indexes: messages_live_of_user_idx
select id from messages where completed_at is null and turn_at <= $1 limit $2;

-- reply-conversation
-- The history before a reply, newest first, up to a number of bytes: the line from its message to the first one of the room.
-- conversation.ts selects from it. Refused messages do not count towards the bytes. While each message continues the one
-- before it in the room, the line is a range of an index; before the first that does not, it is walked message by message,
-- each looked up by key (`limit 1` keeps PostgreSQL from joining the whole table).
-- Indexes: messages_chatroom_id_seq_key, messages_pkey.
-- Parameters: $1 roomId uuid, $2 questionSeq integer, $3 limit bigint, $4 maxBytes bigint
-- Indexes: messages_chatroom_id_seq_key, messages_pkey
with recursive recent as (
  select m.*, lead(m.id) over (order by m.seq desc) as before_id
  from (select * from messages where chatroom_id = $1 and seq <= $2 order by seq desc limit $3) m
),
straight as materialized (
  select * from (
    select m.*, coalesce(sum((m.parent_id is distinct from m.before_id)::int)
      over (order by m.seq desc rows between unbounded preceding and 1 preceding), 0) as bends
    from recent m
  ) counted where bends = 0
),
walked as (
  select m.id, m.seq, m.parent_id, m.role, m.content, m.status, m.in_reply_to, m.refused, straight_count + 1 as place
  from (select count(*) as straight_count, (array_agg(parent_id order by seq))[1] as next_id from straight) last
  join messages m on m.id = last.next_id and m.chatroom_id = $1
  where straight_count < $3
  union all
  select m.id, m.seq, m.parent_id, m.role, m.content, m.status, m.in_reply_to, m.refused, walked.place + 1
  from walked cross join lateral (select * from messages where id = walked.parent_id limit 1) m
  where walked.place < $3 and m.chatroom_id = $1
)
select id, role, content, status, "inReplyTo", refused
from (
  select id, seq, role, content, status, in_reply_to as "inReplyTo", refused,
         sum(case when refused then 0 else octet_length(content) end) over (order by seq desc)
           - octet_length(content) as newer_bytes
  from (
    select id, seq, role, content, status, in_reply_to, refused from straight
    union all
    select id, seq, role, content, status, in_reply_to, refused from walked
  ) line
) said
where newer_bytes <= $4
order by seq desc;

-- search-tail
-- The next messages of the tail, newest first. Indexes: search_tail_pkey, messages_pkey, chatrooms_pkey.
-- Parameters: $1 userId uuid, $2 from double precision, $3 at double precision, $4 id uuid, $5 limit bigint, $6 roomId uuid, $7 role text
-- Indexes: chatrooms_list_idx, messages_pkey, search_tail_pkey
select t.message_id as "tailId", (extract(epoch from t.created_at) * 1000000)::float8 as at, found.*
from (
  select created_at, message_id from search_tail
  where user_id = $1 and created_at >= ('epoch'::timestamptz + $2::float8 * interval '1 microsecond')
    and (created_at, message_id) < (('epoch'::timestamptz + $3::float8 * interval '1 microsecond'), $4::uuid)
  order by created_at desc, message_id desc limit $5
) t
left join lateral (
  select m.id, m.chatroom_id as "roomId", r.name as "roomName", m.seq, m.role, m.created_at as "createdAt", m.content from messages m join chatrooms r on r.id = m.chatroom_id and r.user_id = $1
  where m.id = t.message_id and m.user_id = $1 and ($6::uuid is null or m.chatroom_id = $6) and ($7::text is null or m.role = $7)
) found on true
order by t.created_at desc, t.message_id desc;

-- search-blocks
-- The blocks that may have results, newest first. Index: search_blocks_user_idx.
-- Parameters: $1 userId uuid, $2 at double precision, $3 from double precision, $4 roomId uuid
-- Indexes: search_blocks_user_idx
select id, (extract(epoch from newest_at) * 1000000)::float8 as "newestAt", (extract(epoch from oldest_at) * 1000000)::float8 as "oldestAt" from search_blocks
where user_id = $1 and oldest_at <= ('epoch'::timestamptz + $2::float8 * interval '1 microsecond') and newest_at >= ('epoch'::timestamptz + $3::float8 * interval '1 microsecond')
  and ($4::uuid is null or $4 = any(rooms))
order by newest_at desc, newest_id desc;

-- search-slices
-- The slices of some grams in some blocks, one after the other. Index: search_blocks_pkey.
-- Parameters: $1 grams integer[], $2 ids uuid[]
-- Indexes: search_blocks_pkey
select b.id, octet_length(b.members) / 24 as size, (
  select string_agg(substring(b.slices from (gram & (b.buckets - 1)) * 128 + 1 for 128), ''::bytea)
  from unnest($1::integer[]) gram
) as slices
from search_blocks b where b.id = any($2::uuid[]);

-- search-members
-- Index: search_blocks_pkey.
-- Parameters: $1 id uuid
-- Indexes: search_blocks_pkey
select members from search_blocks where id = $1;

-- search-candidates
-- Candidates, by the number of their pair of block and place. `offset 0` keeps the join in its order: for a person with far more
-- messages than most, the planner would otherwise begin with all messages of their rooms and compare each with each candidate.
-- Indexes: search_blocks_pkey, messages_pkey, chatrooms_pkey.
-- Parameters: $1 blocks uuid[], $2 places integer[], $3 userId uuid, $4 roomId uuid, $5 role text
-- Indexes: chatrooms_list_idx, messages_pkey, search_blocks_pkey
select c.nth::integer as nth, found.*
from unnest($1::uuid[], $2::integer[]) with ordinality as c (block, place, nth)
join search_blocks b on b.id = c.block
cross join lateral (
  select (extract(epoch from m.created_at) * 1000000)::float8 as at, m.id, m.chatroom_id as "roomId", r.name as "roomName", m.seq, m.role, m.created_at as "createdAt", m.content
  from messages m join chatrooms r on r.id = m.chatroom_id and r.user_id = $3
  where m.id = encode(substring(b.members from c.place * 24 + 9 for 16), 'hex')::uuid and m.user_id = $3 and ($4::uuid is null or m.chatroom_id = $4) and ($5::text is null or m.role = $5)
  offset 0
) found;

-- search-rooms
-- Every room with its name: a person has at most 10,000. Index: chatrooms_list_idx.
-- Parameters: $1 userId uuid, $2 from double precision, $3 at double precision, $4 id uuid
-- Indexes: chatrooms_list_idx
select id, name, (extract(epoch from created_at) * 1000000)::float8 as at from chatrooms
where user_id = $1 and created_at >= ('epoch'::timestamptz + $2::float8 * interval '1 microsecond') and (created_at, id) < (('epoch'::timestamptz + $3::float8 * interval '1 microsecond'), $4::uuid);

-- search-next-due
-- The next user whose tail may be long. Index: search_due_pkey.
-- Parameters: $1 after uuid
-- Indexes: search_due_pkey
select user_id as "userId" from search_due where user_id > $1 order by user_id limit 1;

-- search-not-due
-- Index: search_due_pkey.
-- Parameters: $1 userId uuid
-- Indexes: search_due_pkey
delete from search_due where user_id = $1;

-- search-is-long
-- True if the tail has at least that many rows. Index: search_tail_pkey.
-- Parameters: $1 rows bigint, $2 userId uuid
-- Indexes: search_tail_pkey
select count(*) >= $1::integer as "isLong" from (select from search_tail where user_id = $2 limit $1) t;

-- search-try-lock
-- One worker at a time makes blocks of a user.
-- Parameters: $1 userId uuid
select pg_try_advisory_xact_lock(1936028771, hashtext($1::uuid::text)) as locked;

-- search-keep-user
-- Keeps the account while its block is made: the deletion of an account locks its row before the tail, too. Index
-- users_pkey.
-- Parameters: $1 userId uuid
-- Indexes: users_pkey
select id from users where id = $1 for key share;

-- search-take-tail
-- Takes the oldest messages out of the tail that are final or deleted. A row whose version has risen meanwhile stays: its text
-- is changing. The rows are found once and deleted where they are (`ctid`), and `is true` keeps their versions in a hash table: in
-- a join, the planner would find them again for each row of a tail that is longer than most. Versions are compared because
-- PostgreSQL did not compare `ctid` again after a wait for another transaction before its releases of late 2025. Indexes:
-- search_tail_pkey, messages_pkey.
-- Parameters: $1 userId uuid, $2 limit bigint
-- Indexes: messages_pkey, search_tail_pkey
with oldest as materialized (
  select o.ctid as place, o.message_id, o.version
  from search_tail o left join messages m on m.id = o.message_id
  where o.user_id = $1 and (m.id is null or m.completed_at is not null)
  order by o.created_at, o.message_id limit $2
)
delete from search_tail t
where t.ctid = any (array(select place from oldest))
  and ((t.message_id, t.version) in (select message_id, version from oldest)) is true
returning t.message_id as id;

-- search-texts
-- The texts for a block, oldest first. Index: messages_pkey.
-- Parameters: $1 ids uuid[], $2 userId uuid
-- Indexes: messages_pkey
select id, (extract(epoch from created_at) * 1000000)::float8 as at, chatroom_id as "roomId", role, content from messages
where id = any($1::uuid[]) and user_id = $2 order by created_at, id;

-- search-keep-rooms
-- The rooms that still exist, kept until the block is committed: a deletion that comes later marks the block, one that came
-- earlier is missing here. Index chatrooms_pkey.
-- Parameters: $1 rooms uuid[]
-- Indexes: chatrooms_pkey
select id from chatrooms where id = any($1::uuid[]) order by id for key share;

-- search-put-block
-- Inserts a block, or replaces it. Index: search_blocks_pkey.
-- Parameters: $1 id uuid, $2 userId uuid, $3 newestAt double precision, $4 newestId uuid, $5 oldestAt double precision, $6 rooms uuid[], $7 members bytea, $8 slices bytea, $9 buckets integer, $10 stale boolean
insert into search_blocks (id, user_id, newest_at, newest_id, oldest_at, rooms, members, slices, buckets, stale)
values ($1, $2, ('epoch'::timestamptz + $3::float8 * interval '1 microsecond'), $4, ('epoch'::timestamptz + $5::float8 * interval '1 microsecond'), $6::uuid[], $7, $8, $9, $10)
on conflict (id) do update set newest_at = excluded.newest_at, newest_id = excluded.newest_id, oldest_at = excluded.oldest_at,
  rooms = excluded.rooms, members = excluded.members, slices = excluded.slices, buckets = excluded.buckets, stale = excluded.stale;

-- search-delete-block
-- Index: search_blocks_pkey.
-- Parameters: $1 id uuid
-- Indexes: search_blocks_pkey
delete from search_blocks where id = $1;

-- search-take-stale
-- One block with messages of a deleted room. Index: search_blocks_stale_idx.
-- Indexes: search_blocks_stale_idx
select id, user_id as "userId", members from search_blocks where stale limit 1 for update skip locked;

-- account-search-blocks-delete
-- Before the rooms of a deleted account. Index: search_blocks_user_idx.
-- Parameters: $1 userId uuid
-- Indexes: search_blocks_user_idx
delete from search_blocks where user_id = $1;

-- send-group
-- Accepts messages of several users in one statement, one round trip and one commit, as `send` accepts one. It has a row for
-- each member that it accepted, and changes nothing for the others: these go alone, because `send` tells refusals and replays.
-- - `likely` reads, without a lock, which members have units left and no known key. The first send of a day and the first one
--   ever are not among them, because PostgreSQL waits for a concurrent insert of the same row.
-- - `locked` takes the locks of `send`. It leaves out a member in another user's room, and one whose room, user, count of the
--   day or slots another transaction has locked: a slow transaction of one user does not delay the others.
-- - It waits for one thing only: a row with the same key, or of the same user in search_due, that another transaction of that
--   user is inserting.
-- Two members with one count of the day (of one user, or of a number that changed hands) fail the statement: it would change
-- a row twice. The jobs are added after the commit, as those of single sends.
-- Parameters: $1 userIds uuid[], $2 roomIds uuid[], $3 contents text[], $4 messageIds uuid[], $5 replyIds uuid[], $6 roomNames text[], $7 idempotencyKeys text[], $8 fingerprints bytea[], $9 requestIds text[], $10 traceContexts text[], $11 nows timestamp with time zone[], $12 proLimit integer, $13 basicLimit integer, $14 day date
-- Indexes: chatrooms_pkey, daily_usage_pkey, idempotency_keys_pkey, user_slots_pkey, users_pkey
with input as materialized (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::text[],
    $7::text[], $8::bytea[], $9::text[], $10::text[],
    $11::timestamptz[])
  as i (user_id, room_id, content, message_id, reply_id, room_name, key, fingerprint, request_id, trace_context, now)
),
likely as materialized (
  select i.*, person.quota_key, person.tier, allowance.daily_limit
  from input i
  cross join lateral (select u.quota_key, case when u.tier = 'pro' and (u.tier_ends_at is null or u.tier_ends_at > i.now) then 'pro' else 'basic' end as tier from users u where u.id = i.user_id limit 1) person
  cross join lateral (select case person.tier when 'pro' then $12::int else $13::int end as daily_limit) allowance
  cross join lateral (
    select d.used from daily_usage d where d.quota_key = person.quota_key and d.day = $14::date limit 1
  ) usage
  where usage.used < coalesce(allowance.daily_limit, 2147483647)
    and exists (select from user_slots s where s.user_id = i.user_id)
    and not exists (select from idempotency_keys k where k.user_id = i.user_id and k.key = i.key)
),
locked as materialized (
  select l.*, room.tail_id as parent_id, room.branch
  from likely l
  cross join lateral (
    select r.tail_id, r.branch from chatrooms r where r.id = l.room_id and r.user_id = l.user_id for no key update skip locked
  ) room
  cross join lateral (select from users u where u.id = l.user_id for key share skip locked) person
  cross join lateral (
    select from daily_usage d where d.quota_key = l.quota_key and d.day = $14::date for no key update skip locked
  ) usage
  cross join lateral (select from user_slots s where s.user_id = l.user_id for no key update skip locked) slots
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $14::date, 1 from locked
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from locked where locked.quota_key = usage.quota_key), 2147483647)
  returning quota_key, used
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = locked.reply_id,
      last_message_at = locked.now,
      last_activity_at = locked.now,
      name = case when r.name_source = 'default' and locked.room_name <> '' then locked.room_name else r.name end,
      name_source = case when r.name_source = 'default' and locked.room_name <> '' then 'message' else r.name_source end
  from locked join charge on charge.quota_key = locked.quota_key
  where r.id = locked.room_id
  returning locked.*, charge.used, r.message_count as seq
),
slot as materialized (
  select m.*, reply_may_begin(m.user_id, m.room_id, 8) as granted from moved m
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, role, content, status, created_at, completed_at)
  select message_id, room_id, user_id, seq - 1, parent_id, branch, 'user', content, 'completed', now, now from slot
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at, created_at,
    request_id, trace_context)
  select reply_id, room_id, user_id, seq, message_id, branch, message_id, 'model', 'queued', $14::date, case when granted then now end, now,
    request_id, trace_context
  from slot
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select user_id, key, fingerprint, reply_id, now from slot where key is not null
)
select reply_id as "replyId", tier, used, granted, seq, parent_id as "parentId", branch from slot;

-- send
-- The job is added after the commit: adding it notifies, and NOTIFY in a durable transaction makes all commits wait.
-- Parameters: $1 userId uuid, $2 idempotencyKey text, $3 now timestamp with time zone, $4 roomId uuid, $5 proLimit integer, $6 basicLimit integer, $7 day date, $8 replyId uuid, $9 roomName text, $10 messageId uuid, $11 content text, $12 requestId text, $13 traceContext text, $14 fingerprint bytea
-- Indexes: chatrooms_pkey, daily_usage_pkey, idempotency_keys_pkey, users_pkey
with
prior as (
  select fingerprint, resource_id from idempotency_keys
  where user_id = $1 and key = $2 and created_at > $3::timestamptz - interval '24 hours'
),
room as (
  select id, message_count, tail_id, branch, name_source from chatrooms where id = $4 and user_id = $1 for no key update
),
allowance as (
  select quota_key, tier, case tier when 'pro' then $5::int else $6::int end as daily_limit
  from (select quota_key, case when users.tier = 'pro' and (users.tier_ends_at is null or users.tier_ends_at > $3) then 'pro' else 'basic' end as tier from users where id = $1) person
),
wanted as (
  select true as costs from room where not exists (select from prior)
),
charge as (
  insert into daily_usage as usage (quota_key, day, used)
  select quota_key, $7::date, 1 from allowance, wanted
  where wanted.costs and coalesce(daily_limit, 1) > 0
  on conflict (quota_key, day) do update set used = usage.used + 1
    where usage.used < coalesce((select daily_limit from allowance), 2147483647)
  returning used
),
moved as (
  update chatrooms r
  set message_count = r.message_count + 2,
      tail_id = $8,
      last_message_at = $3,
      last_activity_at = $3,
      name = case when r.name_source = 'default' and $9 <> '' then $9 else r.name end,
      name_source = case when r.name_source = 'default' and $9 <> '' then 'message' else r.name_source end
  from room, charge
  where r.id = room.id
  returning r.message_count as seq, room.tail_id as parent_id, room.branch
),
slot as (
  select reply_may_begin($1, $4, 8) as granted from moved
),
question as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, role, content, status, created_at, completed_at)
  select $10, $4, $1, seq - 1, parent_id, branch, 'user', $11, 'completed', $3, $3 from moved
),
answer as (
  insert into messages (id, chatroom_id, user_id, seq, parent_id, branch, in_reply_to, role, status, charged_on, turn_at, created_at,
    request_id, trace_context)
  select $8, $4, $1, seq, $10, branch, $10, 'model', 'queued', $7::date, case when slot.granted then $3::timestamptz end, $3, $12, $13
  from moved, slot
),
expired as (
  delete from idempotency_keys
  where user_id = $1 and key = $2 and created_at <= $3::timestamptz - interval '24 hours'
  returning 1
),
recorded as (
  insert into idempotency_keys (user_id, key, fingerprint, resource_id, created_at)
  select $1, $2, $14, $8, $3
  from moved, (select count(*) from expired) as before where $2::text is not null
)
select
  case
    when exists (select from prior where fingerprint is distinct from $14) then 'key_reused'
    when exists (select from prior) then 'replay'
    when not exists (select from room) then 'not_found'
    when not exists (select from slot) then 'over_daily_limit'
    else 'accepted'
  end as outcome,
  (select tier from allowance) as tier,
  coalesce((select used from charge),
           greatest((select d.used from daily_usage d, allowance where d.quota_key = allowance.quota_key and d.day = $7::date),
                    (select daily_limit from allowance, wanted where wanted.costs)),
           0) as used,
  (select granted from slot) as granted,
  (select resource_id from prior) as "priorReplyId",
  (select seq from moved) as seq,
  (select parent_id from moved) as "parentId",
  (select branch from moved) as branch,
  1 as sibling;
