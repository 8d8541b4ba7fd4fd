import type { Guarantee } from './ledger.js';
import type { Plant } from './planting.js';

const STATEMENTS = 'src/messages/replies/reply-state.statements.js';
const SEND = 'src/messages/send/send.statement.js';
const GROUP = 'src/messages/send/send-group.statement.js';
const EDIT = 'src/messages/branches/edit.statement.js';
const LIMITED = 'src/messages/send/quota.ctes.js';

/** Without the sweeper a lost job stays lost. */
const NO_SWEEPER = {
  file: 'src/messages/replies/reply-sweeper.js',
  find: 'async addMissingJobs() {',
  put: 'async addMissingJobs() { return;',
};

const QUIET = ['--kills=0', '--seconds=8'];
/** So many messages that the model fails some finally, and the app's server refuses the events of some. */
const MANY_MESSAGES = [...QUIET, '--people=60'];

export const PLANTS: Plant<Guarantee>[] = [
  {
    name: 'no fencing: a worker writes although the reply was claimed again',
    edits: [
      {
        file: STATEMENTS,
        find: 'where m.id = :id and m.attempt = :attempt and',
        put: 'where m.id = :id and :attempt::int > 0 and',
      },
    ],
    // Pauses begin at least one pause apart: while both workers are paused, no worker could claim the replies of one.
    flags: ['--only=pause-worker', '--kills=5', '--seconds=45', '--answer-ms=4000'],
    breaks: ['fencing'],
  },
  {
    name: 'a refund that leaves the charge, so that every retry is free',
    edits: [
      {
        file: STATEMENTS,
        find: 'charged_on = case when exists (select from refund) then null else m.charged_on end',
        put: 'charged_on = m.charged_on',
      },
    ],
    flags: MANY_MESSAGES,
    breaks: ['quota'],
  },
  {
    name: 'a refund of two',
    edits: [{ file: STATEMENTS, find: 'set used = d.used - 1,', put: 'set used = greatest(0, d.used - 2),' }],
    flags: MANY_MESSAGES,
    breaks: ['quota'],
  },
  {
    name: 'the limit is not part of the upsert',
    edits: [
      {
        file: LIMITED,
        find: 'where usage.used < coalesce((select daily_limit from allowance), 2147483647)',
        put: 'where (select daily_limit from allowance) is distinct from -1',
      },
    ],
    flags: QUIET,
    breaks: ['quota'],
  },
  {
    name: 'a group of sends is not charged',
    edits: [
      { file: GROUP, find: 'do update set used = usage.used + 1', put: 'do update set used = usage.used' },
    ],
    // So many that several send at the same moment.
    flags: [...QUIET, '--people=120'],
    breaks: ['quota'],
  },
  {
    name: 'maxStalledCount of 1, and no sweeper',
    edits: [
      { file: 'src/platform/queue/queue-facts.js', find: 'maxStalledCount: 1000', put: 'maxStalledCount: 1' },
      NO_SWEEPER,
    ],
    flags: ['--only=kill-worker', '--kills=8', '--seconds=24', '--answer-ms=9000', '--settle=20'],
    breaks: ['stuck'],
  },
  {
    name: 'enqueued before the commit, and no sweeper',
    edits: [
      {
        file: 'src/messages/messages.service.js',
        find: 'const row = await this.accept(',
        put: 'await this.queue.add([{ id: replyId, generation: 1 }]);\n        const row = await this.accept(',
      },
      {
        file: 'src/messages/messages.service.js',
        find: 'row.granted ?',
        put: 'false ?',
      },
      NO_SWEEPER,
    ],
    flags: [...QUIET, '--settle=8'],
    breaks: ['stuck'],
  },
  {
    name: 'the idempotency key is not recorded',
    edits: [
      {
        file: 'src/platform/idempotency/sql-steps.js',
        find: 'where :idempotencyKey::text is not null',
        put: 'where :idempotencyKey::text is null',
      },
    ],
    flags: QUIET,
    breaks: ['duplicated'],
  },
  {
    name: 'the room is not locked while it is read',
    edits: [
      {
        file: SEND,
        find: 'where id = :roomId and user_id = :userId for no key update',
        put: 'where id = :roomId and user_id = :userId',
      },
    ],
    flags: QUIET,
    // Two messages may also continue from the same one.
    breaks: ['order', 'branches'],
  },
  {
    name: 'a reply runs without a slot, beside an earlier one',
    edits: [
      {
        file: STATEMENTS,
        find: 'where earlier.chatroom_id = m.chatroom_id and earlier.seq < m.seq and earlier.turn_at is not null',
        put: 'where false',
      },
      {
        file: SEND,
        find: 'select reply_may_begin(:userId, :roomId, ${RUNNING_PER_USER}) as granted from moved',
        put: 'select true as granted from moved',
      },
    ],
    flags: QUIET,
    breaks: ['order'],
  },
  {
    name: 'the cached list has no version',
    edits: [
      {
        file: 'src/chatroom/list-cache/chatroom-list-cache.js',
        find: 'if (await this.setVersion(userId) === null)',
        put: 'if (false)',
      },
    ],
    flags: QUIET,
    breaks: ['list'],
  },
  {
    name: 'an edit that does not move the room’s active leaf',
    edits: [{ file: EDIT, find: 'tail_id = :replyId,', put: 'tail_id = r.tail_id,' }],
    flags: ['--kills=0', '--seconds=24'],
    breaks: ['branches'],
  },
  {
    name: 'another form of a message hangs below that message',
    edits: [
      {
        file: EDIT,
        find: 'select m.parent_id from messages m, room',
        put: 'select m.id as parent_id from messages m, room',
      },
    ],
    flags: QUIET,
    breaks: ['branches'],
  },
  {
    name: 'the end is written without the last text',
    edits: [
      {
        file: STATEMENTS,
        find: 'set status = :status, content = :content,',
        put: `set status = :status, content = coalesce(nullif(m.content, ''), :content),`,
      },
    ],
    flags: QUIET,
    breaks: ['text'],
  },
  {
    name: 'a released reply loses its job, and no sweeper',
    edits: [
      {
        file: 'src/replies/reply-generator.service.js',
        find: 'await this.lifecycle.release(claim);',
        put: 'await this.lifecycle.release(claim); return DONE;',
      },
      NO_SWEEPER,
    ],
    flags: ['--only=stop-worker', '--kills=3', '--seconds=9', '--settle=10'],
    breaks: ['stuck'],
  },
  {
    name: 'commits are not waited for',
    edits: [
      {
        file: 'src/platform/database/data-source.js',
        find: 'statement_timeout: STATEMENT_TIMEOUT_MS,',
        put: `statement_timeout: STATEMENT_TIMEOUT_MS, options: (process.env.PGOPTIONS ?? '') + ' -c synchronous_commit=off',`,
      },
    ],
    flags: ['--only=kill-postgres', '--kills=5', '--seconds=15'],
    breaks: ['lost', 'stuck', 'text', 'order', 'quota'],
  },
  {
    name: 'an event id that is off by one',
    edits: [
      {
        file: 'src/messages/stream/reply-stream.js',
        find: 'offset: this.offset + text.length',
        put: 'offset: this.offset + text.length + 1',
      },
    ],
    flags: QUIET,
    breaks: ['stream'],
  },
  {
    name: 'an event counts as delivered although the app’s server refused it',
    edits: [
      {
        file: 'src/platform/outbox/event-delivery.service.js',
        find: 'if (result.delivered) {',
        put: 'if (result) {',
      },
    ],
    flags: MANY_MESSAGES,
    breaks: ['events'],
  },
];
