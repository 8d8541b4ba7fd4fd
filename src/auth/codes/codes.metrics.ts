import { counter } from '../../platform/metrics/instruments.js';
import { CHALLENGE_PURPOSES } from './challenge.js';

export const CODE_REQUESTS = counter(
  'chat_otp_requests_total',
  'Requests for a code, by purpose and outcome.',
  {
    purpose: CHALLENGE_PURPOSES,
    // `muted`: a send ceiling forbids the SMS, which only operators may know.
    outcome: ['accepted', 'muted', 'limited', 'unavailable'],
  },
);
export const CODE_SENDS = counter(
  'chat_otp_sends_total',
  'SMS messages with a code, by what the SMS provider said. A failed one is tried again.',
  { outcome: ['sent', 'refused', 'failed', 'dropped'] },
);
