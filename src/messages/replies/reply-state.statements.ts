import { Chatroom, ROOM_SETTINGS } from '../../chatroom/chatroom.entity.js';
import { columnsOf } from '../../platform/database/columns.js';
import { statement } from '../../platform/database/statement.js';
import { GIVE_UP_MS } from '../../platform/outbox/delivery-policy.js';
import { EVENT_COLUMNS } from '../../platform/outbox/outgoing-events.repository.js';
import { tierAt } from '../../users/tier.sql.js';
import type { FailureCode, FinalState } from '../message.entity.js';
import type { Claim, Ending, HistoryMessage, Usage } from './claim.js';
import { RUNNING_PER_USER } from './reply-policy.js';
import type { ReplyRef } from './reply-queue.js';

/** A reply, and the attempt under which a worker writes. */
type FencedReply = Pick<Claim, 'id' | 'attempt'>;

/** The facts of an ended reply that its log line names. */
export interface EndedReply {
  userId: string;
  chatroomId: string;
  requestId: string | null;
  attempt: number;
  /** null: it was stopped before it had one. */
  slotGrantedAt: Date | null;
  status: FinalState;
}

/** A reply that got a slot when another one ended; nulls: none did. */
export interface GrantedReply {
  nextId: string | null;
  nextGeneration: number | null;
  /** Has the reply ended? False: its worker is to end it. */
  isFinal: boolean;
}

/** A row of a statement that ended a reply: each row repeats the facts of the ended reply. */
export type EndRow = GrantedReply & EndedReply & { isFinal: true };

/** Why a reply could not be claimed. */
export interface ClaimRefusal {
  nextAttemptAt: Date | null;
  leaseLeftMs: number | null;
}

/**
 * Live states: what a worker may write to. By status, not `completed_at is null`: statistics that were taken while few
 * replies were live make a walk through the whole partial index look cheaper than a look-up by key, and the index is full
 * of dead versions while a snapshot is held.
 */
const LIVE = "m.status in ('queued', 'streaming', 'retrying')";

/** What a step `done` returns. */
export const ENDED = 'm.id, m.user_id, m.chatroom_id, m.request_id, m.attempt, m.turn_at, m.status';

/** The additional columns that {@link replyEvent} needs of `done`. */
const TOLD = `${ENDED}, m.in_reply_to, m.finish_reason, m.error_code`;

/**
 * The step that writes the event of the ended reply to the outbox (platform/outbox), in the same commit. Only the statements
 * of a process that sends such events have it. It needs a step `done` that returns {@link TOLD}.
 */
const replyEvent = `
    event as (
      insert into outgoing_events (${EVENT_COLUMNS})
      select :eventId, 'reply.' || done.status, done.user_id,
        jsonb_build_object('user_id', done.user_id, 'chatroom_id', done.chatroom_id, 'message_id', done.in_reply_to,
          'reply_id', done.id, 'status', done.status, 'finish_reason', done.finish_reason, 'error_code', done.error_code,
          'attempt', done.attempt),
        :now, :now, :now::timestamptz + interval '${GIVE_UP_MS / 1000} seconds'
      from done
    )`;

/** The provider that was called last; null: none was, or the process that ends the reply is not its worker. */
interface CalledProvider {
  provider: string | null;
}

/** The two forms of a statement that ends a reply. */
export const WITHOUT_EVENT = { told: ENDED, event: '' };
export const WITH_EVENT = { told: TOLD, event: `,${replyEvent}` };

/** The parameter of the form with an event. */
export interface Ends {
  /** Id of the event; only the form with one needs it. */
  eventId?: string;
}

/**
 * The last step of every statement that ends a reply: the replies that get a slot now, one row each, or one row of nulls.
 * The caller adds the jobs of those replies.
 * Needs a step `done` that returns {@link ENDED} of the ended reply. Indexes: those of admit_replies (migrations/functions).
 */
const freedSlots = (more = '') => `
    select next.id as "nextId", next.generation as "nextGeneration", true as "isFinal",
      done.user_id as "userId", done.chatroom_id as "chatroomId", done.request_id as "requestId", done.attempt,
      done.turn_at as "slotGrantedAt", done.status${more}
    from done left join lateral admit_replies(done.user_id, :now, ${RUNNING_PER_USER}) as next on true`;
export const grantFreedSlots = freedSlots();

/**
 * Claims a reply for one worker: raises the fencing token, so that the worker which held it before can write no more.
 * Refused while another worker's lease runs, before the reply has its slot, and beside an earlier reply of the room that
 * has one. Text shown by the previous attempt is dropped, unless the reply is only to be stopped. `offset 0` keeps the search for
 * the earlier reply behind the reply: as a join, it would read a whole room that has most of the table's messages.
 * Indexes: messages_pkey, room_slots_pkey, messages_chatroom_id_seq_key from the room's first live reply on.
 */
export const CLAIM = statement<ReplyRef & { now: Date; leaseMs: number }, Omit<Claim, 'id'>>(
  'reply-claim',
  `
    update messages m
    set status = 'streaming', attempt = m.attempt + 1, next_attempt_at = null,
        content = case when m.stop_requested_at is null then '' else m.content end,
        lease_until = clock_timestamp() + :leaseMs * interval '1 millisecond'
    from chatrooms r, users u
    where m.id = :id and m.generation = :generation and ${LIVE} and m.turn_at is not null
      and (m.lease_until is null or m.lease_until <= clock_timestamp())
      and (m.next_attempt_at is null or m.next_attempt_at <= :now)
      and not exists (select from messages earlier
                      where earlier.chatroom_id = m.chatroom_id and earlier.seq < m.seq and earlier.turn_at is not null
                        and earlier.status in ('queued', 'streaming', 'retrying')
                        and earlier.seq >= (select s.first_live_seq from room_slots s where s.chatroom_id = m.chatroom_id) offset 0)
      and r.id = m.chatroom_id and u.id = m.user_id
    returning m.attempt, m.failures, m.put_offs as "deferrals", m.generation, m.turn_at as "slotGrantedAt",
      m.chatroom_id as "chatroomId", m.trace_context as "traceContext", (select q.seq from messages q where q.id = m.in_reply_to) as "questionSeq", m.content,
      m.stop_requested_at is not null as "stopRequested", ${columnsOf(Chatroom, 'r', ['nameSource', ...ROOM_SETTINGS])},
      ${tierAt('u', ':now')} as tier`,
);

/**
 * Why a claim was refused: the time of the reply's next attempt, and the rest of another worker's lease, in milliseconds of
 * the database's clock, which decides about leases.
 * Index: messages_pkey.
 */
export const CLAIM_REFUSED = statement<ReplyRef, ClaimRefusal>(
  'reply-claim-refused',
  `
    select next_attempt_at as "nextAttemptAt",
      (extract(epoch from lease_until - clock_timestamp()) * 1000)::float8 as "leaseLeftMs"
    from messages where id = :id and generation = :generation and completed_at is null`,
);

/**
 * Writes the text so far and renews the lease. No row: the claim is lost. Returns whether a stop was requested.
 */
export const FLUSH = statement<
  FencedReply & { content: string; leaseMs: number },
  { stopRequested: boolean }
>(
  'reply-flush',
  `
    update messages m set content = :content, lease_until = clock_timestamp() + :leaseMs * interval '1 millisecond'
    where m.id = :id and m.attempt = :attempt and ${LIVE}
    returning m.stop_requested_at is not null as "stopRequested"`,
);

/**
 * Ends a reply with an answer, by one conditional update. The charged unit stays used.
 */
const finish = (name: string, { told, event }: { told: string; event: string }) =>
  statement<FencedReply & Omit<Ending, 'usage'> & Usage & Ends & CalledProvider & { now: Date }, EndRow>(
    name,
    `
    with done as (
      update messages m
      set status = :status, content = :content, finish_reason = :finishReason, error_code = :errorCode, model = :model,
          provider = :provider, prompt_tokens = :promptTokens, output_tokens = :outputTokens, thought_tokens = :thoughtTokens,
          cached_tokens = :cachedTokens, completed_at = :now, lease_until = null
      where m.id = :id and m.attempt = :attempt and ${LIVE}
      returning ${told}
    )${event}${grantFreedSlots}`,
  );
export const FINISH = finish('reply-finish', WITHOUT_EVENT);
/** The same, with the event for the app's server. */
export const FINISH_WITH_EVENT = finish('reply-finish-event', WITH_EVENT);

/** `hasBranches`: the room has branches, so the end of a reply may have moved its active leaf. */
export interface FailRow extends EndRow {
  hasBranches: boolean;
}

interface FailParameters extends Ends, CalledProvider {
  id: string;
  /** null: any attempt. */
  attempt: number | null;
  errorCode: FailureCode;
  now: Date;
  /** Did the model refuse the message? */
  refused: boolean;
}

/**
 * Fails a reply without an answer. The unit is given back to its day, once per reply and at most ten times a day per user;
 * beyond that it stays used, and a retry is free. Another answer to the same message, if any, becomes the active one. That
 * is decided under the room's lock, which a retry of such an answer takes as well; every transaction locks the room before
 * the reply.
 * Indexes: messages_pkey, chatrooms_pkey, daily_usage_pkey, those of settle_answers (migrations/1796000200000).
 */
const fail = (name: string, { told, event }: { told: string; event: string }) =>
  statement<FailParameters, FailRow>(
    name,
    `
    with room as (
      select r.id, r.branches from chatrooms r join messages m on m.chatroom_id = r.id
      where m.id = :id and ${LIVE}
      for no key update of r
    ),
    mine as (
      select m.id, m.charged_on, m.chatroom_id, m.in_reply_to, u.quota_key
      from room join messages m on m.chatroom_id = room.id join users u on u.id = m.user_id
      where m.id = :id and (:attempt::int is null or m.attempt = :attempt) and ${LIVE}
      for no key update of m
    ),
    refund as (
      update daily_usage d set used = d.used - 1, refunded = d.refunded + 1
      from mine where d.quota_key = mine.quota_key and d.day = mine.charged_on and d.refunded < 10 and d.used > 0
      returning d.day
    ),
    refused as (
      update messages q set refused = true from mine where q.id = mine.in_reply_to and :refused
    ),
    settled as (
      select settle_answers(mine.chatroom_id, mine.in_reply_to, mine.id, null) from mine
    ),
    done as (
      update messages m
      set status = 'failed', content = '', finish_reason = 'error', error_code = :errorCode, provider = :provider, completed_at = :now,
          lease_until = null, next_attempt_at = null, active = false, charged_on = case when exists (select from refund) then null else m.charged_on end
      from mine, settled where m.id = mine.id
      returning ${told}
    )${event}${freedSlots(', exists (select from room where branches > 0) as "hasBranches"')}`,
  );
export const FAIL = fail('reply-fail', WITHOUT_EVENT);
/** The same, with the event for the app's server. */
export const FAIL_WITH_EVENT = fail('reply-fail-event', WITH_EVENT);

/** Schedules the next try after a failed one; the event wakes the streams of the reply. */
export const RETRY_LATER = statement<FencedReply & { nextAttemptAt: Date }>(
  'reply-retry-later',
  `
    update messages m
    set status = 'retrying', failures = m.failures + 1, next_attempt_at = :nextAttemptAt, content = '', lease_until = null
    where m.id = :id and m.attempt = :attempt and ${LIVE}
    returning m.id`,
);

/**
 * Defers a reply without counting a failed try: the model was rate-limited or skipped.
 */
export const DEFER = statement<FencedReply & { nextAttemptAt: Date }>(
  'reply-defer',
  `
    update messages m
    set status = 'retrying', put_offs = m.put_offs + 1, next_attempt_at = :nextAttemptAt, content = '', lease_until = null
    where m.id = :id and m.attempt = :attempt and ${LIVE}
    returning m.id`,
);

/**
 * Releases a reply of a worker that shuts down. It is counted as a deferral, not as a crash, so that any number of deploys
 * does not make a reply poison.
 */
export const RELEASE = statement<FencedReply, ReplyRef>(
  'reply-release',
  `
    update messages m set status = 'queued', put_offs = m.put_offs + 1, content = '', lease_until = null
    where m.id = :id and m.attempt = :attempt and ${LIVE}
    returning m.id, m.generation`,
);

/**
 * Live replies that hold a slot and no lease: their jobs are added again. A slot granted within the last second is left out,
 * because its job has just been added: under load those are nearly all, and adding them twice would double the cost of
 * adding. In the order of rooms, so that a sweep continues where the previous one ended.
 * Index: messages_live_idx.
 */
export const GRANTED_UNCLAIMED = statement<
  { now: Date; afterRoomId: string; limit: number },
  ReplyRef & { chatroomId: string }
>(
  'reply-granted-unclaimed',
  `
    select id, generation, chatroom_id as "chatroomId" from messages
    where completed_at is null and chatroom_id > :afterRoomId
      and (lease_until is null or lease_until <= clock_timestamp()) and (next_attempt_at is null or next_attempt_at <= :now)
      and turn_at <= :now::timestamptz - interval '1 second'
    order by chatroom_id
    limit :limit`,
);

/**
 * Grants free slots to rooms that wait although no reply is about to end and grant them: a room was deleted with the reply
 * that held a slot, or an end was written by hand. Users are taken in one order, because the lock of one is held while that
 * of the next is waited for. Indexes: room_slots_waiting_idx, user_slots_pkey, those of admit_replies.
 */
export const GRANT_WAITING = statement<{ now: Date; limit: number }, ReplyRef>(
  'reply-grant-waiting',
  `
    with waiting_users as materialized (
      select s.user_id from user_slots s
      where s.user_id in (select user_id from room_slots where ticket is not null) and s.granted < ${RUNNING_PER_USER}
      order by s.user_id limit :limit
    )
    select granted.id, granted.generation
    from waiting_users cross join lateral admit_replies(waiting_users.user_id, :now, ${RUNNING_PER_USER}) as granted`,
);

/** Live replies past their deadline. Index: messages_live_idx. */
export const OVERDUE = statement<{ grantedBefore: Date; limit: number }, { id: string }>(
  'reply-overdue',
  `select id from messages where completed_at is null and turn_at <= :grantedBefore limit :limit`,
);

/**
 * The history before a reply, newest first, up to a number of bytes: the line from its message to the first one of the room.
 * conversation.ts selects from it. Refused messages do not count towards the bytes. While each message continues the one
 * before it in the room, the line is a range of an index; before the first that does not, it is walked message by message,
 * each looked up by key (`limit 1` keeps PostgreSQL from joining the whole table).
 * Indexes: messages_chatroom_id_seq_key, messages_pkey.
 */
export const CONVERSATION = statement<
  { roomId: string; questionSeq: number; limit: number; maxBytes: number },
  HistoryMessage
>(
  'reply-conversation',
  `
    with recursive recent as (
      select m.*, lead(m.id) over (order by m.seq desc) as before_id
      from (select * from messages where chatroom_id = :roomId and seq <= :questionSeq order by seq desc limit :limit) m
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
      join messages m on m.id = last.next_id and m.chatroom_id = :roomId
      where straight_count < :limit
      union all
      select m.id, m.seq, m.parent_id, m.role, m.content, m.status, m.in_reply_to, m.refused, walked.place + 1
      from walked cross join lateral (select * from messages where id = walked.parent_id limit 1) m
      where walked.place < :limit and m.chatroom_id = :roomId
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
    where newer_bytes <= :maxBytes
    order by seq desc`,
);
