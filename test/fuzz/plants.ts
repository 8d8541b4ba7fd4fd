import type { Plant } from '../chaos/planting.js';
import type { Oracle } from './findings.js';

const ROOMS = 'src/chatroom/chatroom.statements.js';
const FIELDS = 'src/platform/fields/fields.js';

/** Enough requests for every operation; rare states have a journey that reaches them. */
const SHORT = ['--requests=1200'];

/** Mistakes that the fuzzer must find, each with its oracle. */
export const PLANTS: Plant<Oracle>[] = [
  {
    name: 'a field that the document does not have is taken',
    edits: [
      {
        file: 'src/platform/fields/validation.pipe.js',
        find: 'unknown.length === 0 || !refusesUnknown',
        put: 'true',
      },
    ],
    flags: SHORT,
    breaks: ['taken'],
  },
  {
    name: 'a text may be one character too long',
    edits: [{ file: FIELDS, find: 'codePoints(v) <= max', put: 'codePoints(v) <= max + 1' }],
    // Few bodies have exactly one character too many and no other fault.
    flags: ['--requests=4000'],
    breaks: ['taken'],
  },
  {
    name: 'lengths are counted in UTF-16 units',
    edits: [{ file: FIELDS, find: 'codePoints(v) <= max', put: 'v.length <= max' }],
    flags: SHORT,
    breaks: ['refused'],
  },
  {
    name: 'a page may have a thousand items',
    edits: [{ file: 'src/platform/fields/page.js', find: 'Max(MAX_LIMIT,', put: 'Max(1000,' }],
    flags: SHORT,
    breaks: ['taken'],
  },
  {
    name: 'an expired token is good',
    edits: [
      {
        file: 'src/auth/tokens/jwt-auth.guard.js',
        find: 'refuseExpired(principal, this.clock.now().getTime());',
        put: '',
      },
    ],
    flags: SHORT,
    breaks: ['taken'],
  },
  {
    name: 'NUL reaches PostgreSQL',
    edits: [{ file: 'src/platform/fields/well-formed.js', find: `!text.includes('\\0') &&`, put: '' }],
    // Few accepted bodies contain it.
    flags: ['--requests=4000'],
    breaks: ['server', 'taken'],
  },
  {
    name: 'a foreign room is 403',
    edits: [
      {
        file: ROOMS,
        find: 'from chatrooms room where room.id = :roomId and room.user_id = :userId',
        put: 'from chatrooms room where room.id = :roomId and (room.user_id = :userId or 1 / (case when room.user_id = :userId then 1 else 0 end) = 0)',
      },
      {
        file: 'src/platform/problem/problem-reply.js',
        find: 'if (isOutage(error))',
        put: `if (String(error).includes('division by zero')) return new Problem('step_up_required'); if (isOutage(error))`,
      },
    ],
    flags: SHORT,
    breaks: ['foreign'],
  },
  {
    name: 'a foreign room can be changed',
    edits: [
      {
        file: ROOMS,
        find: 'where room.id = :roomId and room.user_id = :userId\n    returning',
        put: 'where room.id = :roomId and :userId::uuid is not null\n    returning',
      },
    ],
    flags: SHORT,
    breaks: ['untouched', 'foreign'],
  },
  {
    name: 'a status that the document does not have',
    edits: [{ file: 'src/chatroom/chatroom.controller.js', find: 'status: 201', put: 'status: 206' }],
    flags: SHORT,
    breaks: ['document'],
  },
  {
    name: 'an answer shows a column that the document does not have',
    edits: [
      {
        file: 'src/chatroom/chatroom.dto.js',
        find: 'name: room.name,',
        put: 'name: room.name, userId: room.userId,',
      },
    ],
    flags: SHORT,
    breaks: ['document'],
  },
  {
    name: 'a header that the document does not have',
    edits: [
      {
        file: 'src/platform/http/edge/standard-headers.js',
        find: `'cache-control': 'no-store',`,
        put: `'cache-control': 'no-store', 'x-powered-by': 'a framework',`,
      },
    ],
    flags: SHORT,
    breaks: ['document'],
  },
  {
    name: 'what is no HTTP is answered 500',
    edits: [
      {
        file: 'src/platform/http/edge/raw-problem.js',
        find: `return new Problem('validation_failed', 'This is not HTTP/1.1 as RFC 9112 has it.')`,
        put: `return new Problem('internal_error')`,
      },
    ],
    flags: SHORT,
    breaks: ['raw'],
  },
  {
    name: 'the log shows the address with its query',
    edits: [
      {
        file: 'src/platform/logging/request-log.js',
        find: '${this.route(config?.url)}',
        put: ',"http.route":${JSON.stringify(request.url)}',
      },
    ],
    flags: SHORT,
    breaks: ['secrets'],
  },
];
