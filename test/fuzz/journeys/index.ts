import { account, forgotten } from './account.js';
import { billing } from './billing.js';
import { conversation, limit } from './conversation.js';
import type { Journey } from './journey.js';
import { operator } from './operator.js';
import { visitor } from './visitor.js';

/** Used repeatedly in this order; conversations occur most often. */
export const JOURNEYS: Record<string, Journey> = {
  conversation,
  billing,
  account,
  operator,
  visitor,
  limit,
  forgotten,
};
