import { counter } from '../../platform/metrics/instruments.js';
import { Tally } from '../../platform/statistics/tally.js';

/** What the send statement said, or why no statement could say anything. */
export const SENDS = counter('chat_sends_total', 'Requests to send or edit a message, by outcome.', {
  outcome: [
    'accepted',
    'replay',
    'over_daily_limit',
    'key_reused',
    'not_found',
    'reply_in_progress',
    'failed',
  ],
});
export const SEND_STATEMENTS = counter(
  'chat_send_statements_total',
  'Statements that store messages: of one message, or of a group.',
  { kind: ['single', 'group'] },
);
export const GROUPED_SENDS = counter('chat_grouped_sends_total', 'Messages that a group stored.');
export const QUOTA_REFUSALS = counter(
  'chat_quota_refusals_total',
  'Sends, edits, retries and regenerations that the daily limit refused, by tier.',
  { tier: ['basic', 'pro'] },
);
/** Messages that were accepted. */
export const MESSAGES_OF_DAY = new Tally('messages');
