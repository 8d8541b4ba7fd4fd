import type { Success } from '../platform/http/operation.decorator.js';
import { SentDto } from './message.dto.js';

const string = { type: 'string' } as const;

const headers: Success['headers'] = {
  Location: { description: 'Address of the reply.', schema: string },
  RateLimit: { description: 'What is left of the day and of the minute.', schema: string },
  'RateLimit-Policy': { description: 'The limits.', schema: string },
  'Idempotency-Replayed': { description: '`true` when the key was seen before.', schema: string },
  'Preference-Applied': { description: 'The wait that was granted.', schema: string },
};

/** The answers of every route that accepts a message. */
export const SENT_ANSWERS: Success[] = [
  { status: 202, description: 'Accepted: the reply is being made.', type: SentDto, headers },
  { status: 201, description: 'With `Prefer: wait`: the reply is final.', type: SentDto, headers },
];
