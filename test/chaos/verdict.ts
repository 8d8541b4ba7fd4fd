import { setTimeout as pause } from 'node:timers/promises';
import { rows } from '../../bench/lab/lab.js';
import type { EventReceiver } from '../support/event-receiver.js';
import {
  checkBranches,
  checkEvents,
  checkMessages,
  checkQuota,
  checkRooms,
  checkTexts,
  checkWriters,
  type BranchRow,
  type EventRow,
  type Evidence,
  type MessageRow,
  type RoomRow,
  type UsageRow,
} from './checks.js';
import type { Cluster } from './cluster.js';
import type { Ledger } from './ledger.js';
import { foreignWrites } from './witness.js';

const LOOK_MS = 250;

const MESSAGES = `
  select id, chatroom_id as "roomId", seq, parent_id as "parentId", role, content, status, active,
         in_reply_to as "inReplyTo", charged_on is not null as charged, completed_at as "completedAt", error_code as "errorCode"
  from messages order by chatroom_id, seq`;
const ROOMS = `
  select id, message_count as count, tail_id as "tailId" from chatrooms where message_count > 0`;
const BRANCHES = `
  select chatroom_id as "roomId", branch, sibling from message_branches where branch > 0`;
const USAGE = `
  select u.id as "userId", u.tier, d.used, d.refunded,
         (select count(*)::int from messages m where m.user_id = u.id and m.charged_on = d.day) as charged
  from users u join daily_usage d on d.quota_key = u.quota_key`;
/** Replies charged to a day without a usage row. */
const UNCOUNTED = `
  select u.id as "userId", u.tier, 0 as used, 0 as refunded, count(*)::int as charged
  from messages m join users u on u.id = m.user_id
  where m.charged_on is not null
    and not exists (select from daily_usage d where d.quota_key = u.quota_key and d.day = m.charged_on)
  group by u.id`;

const EVENTS = `
  select id, data ->> 'reply_id' as "replyId", data ->> 'status' as status, state
  from outgoing_events where type like 'reply.%'`;
/** Retries that wait for their time: the run is over before it comes. */
const HURRY = `
  update outgoing_events set next_try_at = now()
  where state = 'pending' and next_try_at > now() returning id`;

/**
 * Waits until no reply is live; replies that are live at `deadline` are stuck.
 * @returns the time it took, in milliseconds
 */
export async function settle(databaseUrl: string, deadline: number): Promise<number> {
  const began = Date.now();
  for (;;) {
    const live = await rows(databaseUrl, 'select from messages where completed_at is null limit 1');
    if (live.length === 0 || Date.now() >= deadline) return Date.now() - began;
    await pause(LOOK_MS);
  }
}

/** Waits until every event is delivered; those that are not at `deadline` are lost. */
export async function settleEvents(databaseUrl: string, deadline: number): Promise<void> {
  for (;;) {
    await rows(databaseUrl, HURRY);
    const pending = await rows(databaseUrl, `select from outgoing_events where state = 'pending' limit 1`);
    if (pending.length === 0 || Date.now() >= deadline) return;
    await pause(LOOK_MS);
  }
}

/** Compares the clients' knowledge with the database and the model's calls. Violations are added to the ledger. */
export async function judge(cluster: Cluster, ledger: Ledger, receiver: EventReceiver): Promise<Evidence> {
  const { url } = cluster.postgres;
  const found = await rows<RoomRow>(url, ROOMS);
  const evidence: Evidence = {
    ledger,
    messages: await rows<MessageRow>(url, MESSAGES),
    rooms: new Map(found.map((room) => [room.id, room])),
    branches: await rows<BranchRow>(url, BRANCHES),
    usage: [...(await rows<UsageRow>(url, USAGE)), ...(await rows<UsageRow>(url, UNCOUNTED))],
    calls: cluster.model.callsByKey(),
    foreignWrites: await foreignWrites(url),
    events: await rows<EventRow>(url, EVENTS),
    received: receiver.received,
    accepted: receiver.accepted,
  };
  for (const check of [
    checkMessages,
    checkRooms,
    checkBranches,
    checkQuota,
    checkTexts,
    checkWriters,
    checkEvents,
  ])
    check(evidence);
  for (const { crashes } of cluster.members) for (const crash of crashes) ledger.violate('alive', crash);
  return evidence;
}
