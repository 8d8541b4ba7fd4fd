/** A plausible mistake in a statement, and the test that finds it. */
export interface Mutant {
  /** What is wrong then. */
  name: string;
  /** The source file, and the text in it: it must be there exactly once. */
  file: string;
  find: string;
  put: string;
  killedBy: { file: string; test: string };
}

const LIMITED = 'src/messages/send/quota.ctes.ts';
const SEND = 'src/messages/send/send.statement.ts';
const GROUP = 'src/messages/send/send-group.statement.ts';
const GROUPS = 'src/messages/send/grouped-sends.ts';
const STATES = 'src/messages/replies/reply-state.statements.ts';
const ORDERS = 'src/messages/replies/reply-actions.statements.ts';
const BRANCHES = 'src/messages/branches/branch.ctes.ts';
const KEYS = 'src/platform/idempotency/idempotency.repository.ts';
const STEPS = 'src/platform/idempotency/sql-steps.ts';
const TWINS = 'src/platform/idempotency/idempotency-keys.service.ts';
const GUARD = 'src/platform/limits/rate-limit.guard.ts';

const HELD = 'src/platform/http/responses/held-answers.ts';
const HELD_GUARD = 'src/platform/http/responses/held-answers.guard.ts';
const JWT_GUARD = 'src/auth/tokens/jwt-auth.guard.ts';

const quota = (test: string) => ({ file: 'test/e2e/send-quota.e2e.ts', test });
const idempotency = (test: string) => ({ file: 'test/e2e/send-idempotency.e2e.ts', test });
const limits = (test: string) => ({ file: 'test/e2e/limits.e2e.ts', test });
const claims = (test: string) => ({ file: 'test/e2e/reply-claims.e2e.ts', test });
const orders = (test: string) => ({ file: 'test/e2e/reply-actions.e2e.ts', test });
const sends = (test: string) => ({ file: 'test/e2e/send.e2e.ts', test });
const groups = (test: string) => ({ file: 'test/integration/grouped-sends.spec.ts', test });
const grouping = (test: string) => ({ file: 'src/messages/send/grouped-sends.spec.ts', test });
const rooms = (test: string) => ({ file: 'test/e2e/chatroom-idempotency.e2e.ts', test });

const roomLimit = (test: string) => ({ file: 'test/e2e/chatroom.e2e.ts', test });
const held = (test: string) => ({ file: 'test/e2e/held-answers.e2e.ts', test });
const tokens = (test: string) => ({ file: 'test/e2e/auth-limits.e2e.ts', test });

const FIVE = quota('of twenty parallel sends at a limit of five, five are accepted, in any rooms');
const LAST_UNIT = groups(
  'a last unit that another group takes after the look at the count and before the lock is not taken twice',
);
const SAME = groups(
  'stores and returns what single sends do, also in a room with an unnamed name, on a branch, and with a key',
);
const ALONE = groups('refusals and replays of members are those of single sends');
const FREE = quota('an unanswered message costs nothing and refunds no answered one');
const RETRIED = orders('restarts a failed reply in place and charges the refunded unit again');
const TWENTY = idempotency(
  'the same key and body, twenty times in parallel: one message, one unit, the same answer',
);
const LEASED = claims(
  'no second worker claims it while the lease runs, and no job of another generation ever does',
);
const TURNS = claims('a reply without a slot cannot be claimed, regardless of jobs');
const REPLAYS = limits('replays have a window of their own, ten times the limit');
const TEN_THOUSAND = roomLimit('exactly, also under twenty parallel requests; a deletion frees a place');
const WAITS = held('keep the place of a client that left until its wait ends');

export const MUTANTS: Record<
  'quota' | 'fencing' | 'order' | 'idempotency' | 'ownership' | 'limits',
  Mutant[]
> = {
  quota: [
    {
      name: 'the limit is no part of the upsert',
      file: LIMITED,
      find: 'where usage.used < coalesce((select daily_limit from allowance), 2147483647)',
      put: 'where (select daily_limit from allowance) is distinct from -1',
      killedBy: FIVE,
    },
    {
      name: 'one more than the limit is taken',
      file: LIMITED,
      find: 'where usage.used < coalesce(',
      put: 'where usage.used <= coalesce(',
      killedBy: FIVE,
    },
    {
      name: 'the first unit of a day ignores the limit',
      file: LIMITED,
      find: 'where wanted.costs and coalesce(daily_limit, 1) > 0',
      put: 'where wanted.costs',
      killedBy: quota('at a limit of 0 the first message of a day is refused'),
    },
    {
      name: 'Pro has the limit of Basic',
      file: LIMITED,
      find: "when 'pro' then :proLimit::int else :basicLimit::int end",
      put: "when 'pro' then :basicLimit::int else :basicLimit::int end",
      killedBy: quota('Pro is unlimited, and an ended Pro is Basic'),
    },
    {
      name: 'a message takes two units',
      file: LIMITED,
      find: 'do update set used = usage.used + 1',
      put: 'do update set used = usage.used + 2',
      killedBy: FIVE,
    },
    {
      name: 'a refused message is stored',
      file: SEND,
      find: 'from room, charge\n  where r.id = room.id',
      put: 'from room left join charge on true\n  where r.id = room.id',
      killedBy: quota('past the limit nothing is stored, and the refusal names the reset and the upgrade'),
    },
    {
      name: 'the limit is no part of a group’s upsert',
      file: GROUP,
      find: 'where usage.used < coalesce((select daily_limit from locked where locked.quota_key = usage.quota_key), 2147483647)',
      put: 'where usage.used > -1',
      killedBy: LAST_UNIT,
    },
    {
      name: 'a member of a group with units of Pro has those of Basic',
      file: GROUP,
      find: "${dailyLimitOf('person.tier')} as daily_limit",
      put: ':basicLimit::int + 0 * coalesce(:proLimit::int, 0) as daily_limit',
      killedBy: groups('the limit is that of the tier that the member has at the moment of the send'),
    },
    {
      name: 'a member of a group takes no unit',
      file: GROUP,
      find: 'do update set used = usage.used + 1',
      put: 'do update set used = usage.used',
      killedBy: SAME,
    },
    {
      name: 'a group has several sends of one user',
      file: GROUPS,
      find: '&& !users.has(userId)',
      put: '&& userId.length > 0',
      killedBy: grouping('a group has 32 members at most, and a user has one send in flight'),
    },
    {
      name: 'a refund gives nothing back',
      file: STATES,
      find: 'update daily_usage d set used = d.used - 1,',
      put: 'update daily_usage d set used = d.used,',
      killedBy: FREE,
    },
    {
      name: 'a refund gives back two',
      file: STATES,
      find: 'update daily_usage d set used = d.used - 1,',
      put: 'update daily_usage d set used = greatest(0, d.used - 2),',
      killedBy: FREE,
    },
    {
      name: 'refunds have no limit',
      file: STATES,
      find: 'and d.refunded < 10 and',
      put: 'and d.refunded < 100 and',
      killedBy: quota('at most ten units a day are refunded'),
    },
    {
      name: 'a refund goes to today, not to the day that was charged',
      file: STATES,
      find: 'and d.day = mine.charged_on and',
      put: 'and d.day = :now::date and',
      killedBy: claims('is refunded to its own day'),
    },
    {
      name: 'a refund leaves the charge, so that every retry is free',
      file: STATES,
      find: 'charged_on = case when exists (select from refund) then null else m.charged_on end',
      put: 'charged_on = m.charged_on',
      killedBy: RETRIED,
    },
    {
      name: 'a retry takes no unit',
      file: ORDERS,
      find: "costs: 'mine.charged_on is null'",
      put: "costs: 'false'",
      killedBy: RETRIED,
    },
    {
      name: 'a retry takes a unit that was never given back',
      file: ORDERS,
      find: "costs: 'mine.charged_on is null'",
      put: "costs: 'true'",
      killedBy: claims('that was not refunded makes the retry free'),
    },
    {
      name: 'a retry does not record the day that it charges',
      file: ORDERS,
      find: "chargedOn: 'coalesce(m.charged_on, :day::date)'",
      put: "chargedOn: 'm.charged_on'",
      killedBy: RETRIED,
    },
    {
      name: 'a second answer is free',
      file: ORDERS,
      find: 'select true as costs from mine',
      put: 'select false as costs from mine',
      killedBy: orders('makes a second answer to the same message, and the conversation continues from it'),
    },
  ],
  fencing: [
    {
      name: 'a claim does not raise the attempt',
      file: STATES,
      find: "set status = 'streaming', attempt = m.attempt + 1,",
      put: "set status = 'streaming', attempt = greatest(m.attempt, 1),",
      killedBy: LEASED,
    },
    {
      name: 'a claim does not look at the lease',
      file: STATES,
      find: 'and (m.lease_until is null or m.lease_until <= clock_timestamp())\n      and (m.next_attempt_at',
      put: 'and (m.next_attempt_at',
      killedBy: LEASED,
    },
    {
      name: 'a job of an earlier generation claims',
      file: STATES,
      find: 'where m.id = :id and m.generation = :generation and ${LIVE} and m.turn_at is not null',
      put: 'where m.id = :id and :generation::int > 0 and ${LIVE} and m.turn_at is not null',
      killedBy: LEASED,
    },
    ...(
      [
        [
          'shows text',
          "lease_until = clock_timestamp() + :leaseMs * interval '1 millisecond'\n    ",
          'show text',
        ],
        ['ends a reply', 'completed_at = :now, lease_until = null\n      ', 'end it'],
        [
          'puts a reply off',
          "failures = m.failures + 1, next_attempt_at = :nextAttemptAt, content = '', lease_until = null\n    ",
          'put it off',
        ],
        [
          'puts a reply off without a try',
          "put_offs = m.put_offs + 1, next_attempt_at = :nextAttemptAt, content = '', lease_until = null\n    ",
          'put it off without a try',
        ],
        [
          'hands a reply back',
          "update messages m set status = 'queued', put_offs = m.put_offs + 1, content = '', lease_until = null\n    ",
          'hand it back',
        ],
      ] as const
    ).map(([what, before, test]) => ({
      name: `a worker that lost its claim ${what}`,
      file: STATES,
      find: `${before}where m.id = :id and m.attempt = :attempt and \${LIVE}`,
      put: `${before}where m.id = :id and :attempt::int > 0 and \${LIVE}`,
      killedBy: claims(`the previous worker cannot ${test}`),
    })),
    {
      name: 'a worker that lost its claim fails the reply',
      file: STATES,
      find: '(:attempt::int is null or m.attempt = :attempt) and ${LIVE}\n      for no key update of m',
      put: '(:attempt::int is null or :attempt > 0) and ${LIVE}\n      for no key update of m',
      killedBy: claims('the previous worker cannot have it fail'),
    },
    {
      name: 'a retry does not raise the attempt',
      file: ORDERS,
      find: "set status = 'queued', attempt = m.attempt + 1, generation",
      put: "set status = 'queued', attempt = m.attempt, generation",
      killedBy: claims('a worker past the deadline cannot end it after a retry'),
    },
    {
      name: 'a final reply is ended again',
      file: STATES,
      find: 'completed_at = :now, lease_until = null\n      where m.id = :id and m.attempt = :attempt and ${LIVE}',
      put: 'completed_at = :now, lease_until = null\n      where m.id = :id and m.attempt = :attempt',
      killedBy: claims('with one refund, also when it fails twice in parallel while text is written'),
    },
  ],
  order: [
    {
      name: 'a send does not lock the room',
      file: SEND,
      find: 'where id = :roomId and user_id = :userId for no key update',
      put: 'where id = :roomId and user_id = :userId',
      killedBy: claims(
        'every message continues from the reply before it, also when they are accepted at once',
      ),
    },
    {
      name: 'a group does not lock its rooms',
      file: GROUP,
      find: 'where r.id = l.room_id and r.user_id = l.user_id for no key update skip locked',
      put: 'where r.id = l.room_id and r.user_id = l.user_id',
      killedBy: groups('a member whose row of chatrooms is locked does not delay the others, and goes alone'),
    },
    {
      name: 'a group waits for a locked count of the day',
      file: GROUP,
      find: 'd.day = :day::date for no key update skip locked',
      put: 'd.day = :day::date for no key update',
      killedBy: groups(
        'a member whose row of daily_usage is locked does not delay the others, and goes alone',
      ),
    },
    {
      name: 'a group waits for locked slots',
      file: GROUP,
      find: 'where s.user_id = l.user_id for no key update skip locked',
      put: 'where s.user_id = l.user_id for no key update',
      killedBy: groups(
        'a member whose row of user_slots is locked does not delay the others, and goes alone',
      ),
    },
    {
      name: 'a member of a group leaves its branch',
      file: GROUP,
      find: 'room.tail_id as parent_id, room.branch',
      put: 'room.tail_id as parent_id, null::integer as branch',
      killedBy: SAME,
    },
    {
      name: 'the room does not remember its newest reply',
      file: SEND,
      find: 'tail_id = :replyId,',
      put: 'tail_id = r.tail_id,',
      killedBy: claims(
        'every message continues from the reply before it, also when they are accepted at once',
      ),
    },
    {
      name: 'a reply is claimed before the earlier reply of its room is final',
      file: STATES,
      find: 'where earlier.chatroom_id = m.chatroom_id and earlier.seq < m.seq and earlier.turn_at is not null\n',
      put: 'where false\n',
      killedBy: claims('a reply behind another of its room cannot be claimed, even with a slot'),
    },
    {
      name: 'a reply is claimed without a slot',
      file: STATES,
      find: '${LIVE} and m.turn_at is not null\n',
      put: '${LIVE}\n',
      killedBy: claims('a reply past its user’s slots cannot be claimed until one ends'),
    },
    {
      name: 'every reply gets a slot at once',
      file: SEND,
      find: 'select reply_may_begin(:userId, :roomId, ${RUNNING_PER_USER}) as granted from moved',
      put: 'select true as granted from moved',
      killedBy: sends('of messages accepted in parallel only the first gets a slot'),
    },
    {
      name: 'the end of a reply grants no slot',
      file: STATES,
      find: 'from done left join lateral admit_replies(done.user_id, :now, ${RUNNING_PER_USER}) as next on true',
      put: 'from done left join lateral admit_replies(done.user_id, :now, 0) as next on true',
      killedBy: TURNS,
    },
    {
      name: 'a branch is numbered by what was committed before the wait for the lock',
      file: BRANCHES,
      find: `next_sibling(room.id, coalesce(parent.id, room.id), '\${role}'),`,
      put: `1 + greatest(1, (select max(b.sibling) from message_branches b
        where b.chatroom_id = room.id and b.parent_key = coalesce(parent.id, room.id) and b.role = '\${role}')),`,
      killedBy: {
        file: 'test/integration/branches-under-lock.spec.ts',
        test: 'edit: two siblings have two numbers',
      },
    },
    {
      name: 'a second answer is created while a reply of the room is live',
      file: ORDERS,
      find: 'select from room where room_is_busy(room.id)',
      put: 'select from room where false',
      killedBy: orders('is refused while a reply runs'),
    },
    {
      name: 'a reply that did not fail is retried',
      file: ORDERS,
      find: "where mine.status = 'failed' and mine.generation <=",
      put: 'where mine.generation <=',
      killedBy: orders('is refused for a reply that did not fail, and after three retries'),
    },
    {
      name: 'retries have no limit',
      file: ORDERS,
      find: "where mine.status = 'failed' and mine.generation <= ${MAX_RETRIES}",
      put: "where mine.status = 'failed'",
      killedBy: orders('is refused for a reply that did not fail, and after three retries'),
    },
  ],
  idempotency: [
    {
      name: 'the key is not kept',
      file: STEPS,
      find: 'where :idempotencyKey::text is not null',
      put: 'where :idempotencyKey::text is null',
      killedBy: TWENTY,
    },
    {
      name: 'a key is replayed for a different request',
      file: LIMITED,
      find: 'where fingerprint is distinct from :fingerprint) then',
      put: 'where fingerprint is null and :fingerprint::bytea is null) then',
      killedBy: idempotency('the same key with another body or in another room is an error'),
    },
    {
      name: 'a key is valid for every user',
      file: STEPS,
      find: 'select fingerprint, resource_id from idempotency_keys\n  where user_id = :userId and key',
      put: 'select fingerprint, resource_id from idempotency_keys\n  where key',
      killedBy: idempotency('a key belongs to its user, and quotes around it do not count'),
    },
    {
      name: 'a key never expires',
      file: STEPS,
      find: 'and created_at > :now::timestamptz - ${KEEP}\n)`',
      put: '\n)`',
      killedBy: idempotency('a key is free again after 24 hours'),
    },
    {
      name: 'a replay takes a unit, and is refused at the limit',
      file: SEND,
      find: 'from room where not exists (select from prior)',
      put: 'from room',
      killedBy: TWENTY,
    },
    {
      name: 'a replay past the minute’s limit is refused while its concurrent request runs',
      file: TWINS,
      find: 'if (running === null) await pause(OTHER_PROCESS_WAIT_MS);\n    else await endsInTime(running);',
      put: '',
      killedBy: idempotency(
        'the parallel twin past the minute’s limit gets the same answer as the one within it',
      ),
    },
    {
      name: 'the guard does not look up keys',
      file: GUARD,
      find: 'if (!principal || !rule.honoursIdempotencyKey ||',
      put: 'if (!principal || rule.honoursIdempotencyKey ||',
      killedBy: limits('past the limit a replay is answered, and a new key is not'),
    },
    {
      name: 'the guard lets a new key through',
      file: GUARD,
      find: 'if (!(await this.keys.isReplay(principal.userId, idempotencyOf(request)!))) throw refusal;',
      put: 'await this.keys.isReplay(principal.userId, idempotencyOf(request)!);',
      killedBy: limits('past the limit a replay is answered, and a new key is not'),
    },
    {
      name: 'a room’s key is not found again',
      file: KEYS,
      find: 'and created_at > :now::timestamptz - ${KEEP}`',
      put: 'and created_at < :now::timestamptz - ${KEEP}`',
      killedBy: rooms('gives the same room again, as it is now'),
    },
    {
      name: 'a room’s key is taken from the concurrent request that holds it',
      file: KEYS,
      find: 'where known.created_at <= excluded.created_at - ${KEEP}',
      put: 'where known.created_at <= excluded.created_at + ${KEEP}',
      killedBy: rooms('used by three parallel requests that all find it free makes one room'),
    },
    {
      name: 'a room’s key never expires',
      file: KEYS,
      find: 'where known.created_at <= excluded.created_at - ${KEEP}',
      put: 'where false',
      killedBy: rooms('is free again after 24 hours'),
    },
    {
      name: 'a room’s key is valid for every user',
      file: KEYS,
      find: 'where user_id = :userId and key = :key and',
      put: 'where :userId::uuid is not null and key = :key and',
      killedBy: rooms('belongs to one user'),
    },
    {
      name: 'a group does not look its keys up',
      file: GROUP,
      find: 'where k.user_id = i.user_id and k.key = i.key)',
      put: 'where false)',
      killedBy: ALONE,
    },
    {
      name: 'a group forgets its keys',
      file: GROUP,
      find: 'from slot where key is not null',
      put: 'from slot where false',
      killedBy: SAME,
    },
    {
      name: 'a group sends again what may be stored',
      file: GROUPS,
      find: 'if (isOutage(error) && ',
      put: 'if (error === null && ',
      killedBy: grouping(
        'after a lost connection all members of a group fail, and none is sent again: it may be stored, or would wait again',
      ),
    },
    {
      name: 'a room’s key is replayed for a different request',
      file: KEYS,
      find: 'if (!known.fingerprint.equals(fingerprint))',
      put: 'if (known.fingerprint.length !== fingerprint.length)',
      killedBy: rooms('refuses the key of another request'),
    },
  ],
  ownership: [
    {
      name: 'every user can send into a room, in a group',
      file: GROUP,
      find: 'where r.id = l.room_id and r.user_id = l.user_id',
      put: 'where r.id = l.room_id',
      killedBy: ALONE,
    },
    {
      name: 'every user can send into a room',
      file: SEND,
      find: 'where id = :roomId and user_id = :userId for no key update',
      put: 'where id = :roomId for no key update',
      killedBy: sends('into a foreign room is 404 and stores nothing'),
    },
    {
      name: 'every user can retry and regenerate a reply',
      file: ORDERS,
      find: 'where id = :roomId and user_id = :userId for no key update',
      put: 'where id = :roomId for no key update',
      killedBy: orders('is 429 at the limit and 404 for a foreign reply'),
    },
  ],
  limits: [
    {
      name: 'an invalid token is not counted',
      file: JWT_GUARD,
      find: 'await this.addresses.admit(request.ip);\n    throw refusal;',
      put: 'throw refusal;',
      killedBy: tokens('counts against its address and does not block valid tokens'),
    },
    {
      name: 'expired tokens and ended sessions count as invalid tokens',
      file: JWT_GUARD,
      find: "if (error instanceof Problem && error.code === 'unauthenticated')",
      put: 'if (error instanceof Problem)',
      killedBy: tokens('does not include expired tokens and ended sessions of an office behind one address'),
    },
    {
      name: 'replays have no limit',
      file: GUARD,
      find: 'if (!(await this.mayBeLookedUp(principal.userId))) throw refusal;',
      put: '',
      killedBy: REPLAYS,
    },
    {
      name: 'replays share the window of all other requests',
      file: GUARD,
      find: 'const key = `r:${userId}`;',
      put: 'const key = `u:${userId}`;',
      killedBy: REPLAYS,
    },
    {
      name: 'the open streams of a user have no limit',
      file: HELD,
      find: ': open.stream + open.wait >= this.max;',
      put: ': false;',
      killedBy: held('are limited: the next stream is 429 with the count, and a closed one frees a place'),
    },
    {
      name: 'a wait does not count as a held answer',
      file: HELD,
      find: ': open.stream + open.wait >= this.max;',
      put: ': open.stream >= this.max;',
      killedBy: WAITS,
    },
    {
      name: 'a wait past the limit is refused',
      file: HELD_GUARD,
      find: "else if (kind !== 'wait')",
      put: 'else',
      killedBy: held(
        'past the limit answer a wait at once, without Preference-Applied, and store the message',
      ),
    },
    {
      name: 'a stream past the limit is opened',
      file: HELD_GUARD,
      find: "else if (kind !== 'wait')",
      put: "else if (kind === 'export')",
      killedBy: held(
        'past the limit refuse a streamed send and a replay without storing or charging, and allow both as JSON',
      ),
    },
    {
      name: 'a response that ended is still counted as held',
      file: HELD_GUARD,
      find: "raw.once('close', closed);",
      put: '{}',
      killedBy: held('free their place at every end: done, 404, 400'),
    },
    {
      name: 'a disconnected client frees its held wait at once',
      file: HELD_GUARD,
      find: 'if (raw.writableEnded || waitSeconds === 0) release();',
      put: 'if (raw.closed) release();',
      killedBy: WAITS,
    },
    {
      name: 'one room above the limit is created',
      file: 'migrations/functions/count_new_room.sql',
      find: 'if total > 10000 then',
      put: 'if total > 10001 then',
      killedBy: TEN_THOUSAND,
    },
    {
      name: 'a deleted room is still counted',
      file: 'migrations/functions/uncount_rooms.sql',
      find: 'set rooms = c.rooms - gone.rooms',
      put: 'set rooms = c.rooms',
      killedBy: TEN_THOUSAND,
    },
  ],
};
