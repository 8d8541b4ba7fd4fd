import {
  LIMIT_HEADERS,
  PREFERENCE_APPLIED_HEADER,
  REPLAYED_HEADER,
} from '../platform/openapi/shared-headers.js';
import type { Success } from '../platform/openapi/operation.decorator.js';
import { MessageDto, SentDto } from './message.dto.js';
import { STREAM_EVENT, type StreamEvent } from './stream/stream-event.dto.js';

const ROOM_ID = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';
const MESSAGE_ID = '019a9d30-0c44-7a10-9b52-6d7e8f901234';
const REPLY_ID = '019a9d30-0c45-7b21-8c63-7e8f90123456';

const headers: NonNullable<Success['headers']> = {
  Location: {
    description: 'Path of the reply.',
    required: true,
    schema: { type: 'string', example: `/chatroom/${ROOM_ID}/messages/${REPLY_ID}` },
  },
  ...LIMIT_HEADERS,
  'Idempotency-Replayed': REPLAYED_HEADER,
  'Preference-Applied': PREFERENCE_APPLIED_HEADER,
};

const MESSAGE: MessageDto = {
  id: MESSAGE_ID,
  seq: 1,
  chatroom_id: ROOM_ID,
  parent_id: null,
  role: 'user',
  content: 'Why is the sky blue?',
  status: 'completed',
  error: null,
  finish_reason: null,
  model: null,
  usage: null,
  attempt: 0,
  next_attempt_at: null,
  in_reply_to: null,
  active: true,
  feedback: null,
  siblings: { index: 1, count: 1 },
  created_at: '2026-11-20T09:00:00.000Z',
  completed_at: '2026-11-20T09:00:00.000Z',
};

const QUEUED: MessageDto = {
  ...MESSAGE,
  id: REPLY_ID,
  seq: 2,
  parent_id: MESSAGE_ID,
  role: 'model',
  content: '',
  status: 'queued',
  in_reply_to: MESSAGE_ID,
  completed_at: null,
};

/** A completed reply, for examples. */
export const REPLY_EXAMPLE: MessageDto = {
  ...QUEUED,
  content: 'Sunlight is scattered by the air, and blue light more than red.',
  status: 'completed',
  finish_reason: 'stop',
  model: 'gemini-flash-latest',
  usage: { prompt_tokens: 12, output_tokens: 15, thought_tokens: 0, cached_tokens: 0 },
  attempt: 1,
  completed_at: '2026-11-20T09:00:02.000Z',
};

/** Response of feedback. */
export const FEEDBACK_ANSWER: Success = {
  status: 200,
  description: 'The reply with its feedback.',
  type: MessageDto,
  example: {
    ...REPLY_EXAMPLE,
    feedback: { rating: 'down', tags: ['incomplete'], comment: 'The red light of the evening is missing.' },
  },
};

const ACCEPTED: StreamEvent = { type: 'accepted', message: MESSAGE, reply: QUEUED };

const EVENTS: { data: StreamEvent; id?: string }[] = [
  { data: { type: 'status', status: 'streaming', attempt: 1, next_attempt_at: null } },
  { data: { type: 'reset', attempt: 1 }, id: '1-0' },
  { data: { type: 'delta', text: REPLY_EXAMPLE.content }, id: `1-${REPLY_EXAMPLE.content.length}` },
  { data: { type: 'done', ...REPLY_EXAMPLE }, id: '1-end' },
];

/** Responses of a reply's stream. */
export const STREAM_ANSWERS: Success[] = [
  {
    status: 200,
    description:
      'The stream. It ends after `done`, when the session or the room ends, or when the server process is replaced: without `done`, reconnect with `Last-Event-ID`.',
    events: { union: STREAM_EVENT, shown: EVENTS },
  },
  { status: 204, description: '`Last-Event-ID` shows that the client has read the whole reply.' },
];

/** Responses of a room's stream. */
export const ROOM_STREAM_ANSWERS: Success[] = [
  { ...STREAM_ANSWERS[0]!, headers: { Location: headers['Location']! } },
  { status: 204, description: 'The room has no live reply.' },
];

/** Response of stop. */
export const STOPPED_ANSWER: Success = {
  status: 200,
  description: 'The reply; final unless its worker cannot be reached.',
  type: MessageDto,
  headers: { 'Idempotency-Replayed': REPLAYED_HEADER },
  example: {
    ...REPLY_EXAMPLE,
    status: 'stopped',
    finish_reason: 'stopped',
    usage: null,
    content: 'Sunlight is',
  },
};

/** Response of retry and regenerate. */
export const ACTION_ANSWER: Success = {
  status: 202,
  description: 'Accepted: the model is asked for the reply.',
  type: SentDto,
  headers: {
    Location: headers['Location']!,
    ...LIMIT_HEADERS,
    'Idempotency-Replayed': REPLAYED_HEADER,
  },
  example: { message: MESSAGE, reply: QUEUED },
};

/** Responses of a send. The streaming form, which `Accept` can request, is documented as an operation of its own. */
export const SENT_ANSWERS: Success[] = [
  {
    status: 202,
    description: 'Accepted: the message is stored, and the reply is in progress.',
    type: SentDto,
    headers,
    example: { message: MESSAGE, reply: QUEUED },
  },
  {
    status: 201,
    description: 'With `Prefer: wait`: the reply became final in time.',
    type: SentDto,
    headers,
    example: { message: MESSAGE, reply: REPLY_EXAMPLE },
  },
];

/** Response of a streamed send. */
export const STREAMED_ANSWER: Success = {
  status: 200,
  description:
    'Accepted: the stream of the reply, which begins with `accepted`. When the connection breaks, resume at `<Location>/stream`.',
  headers: {
    Location: headers['Location']!,
    ...LIMIT_HEADERS,
    'Idempotency-Replayed': REPLAYED_HEADER,
  },
  events: { union: STREAM_EVENT, shown: [{ data: ACCEPTED }, ...EVENTS] },
};
