import type { MessageDto } from '../message.dto.js';
import type { StreamEvent } from './stream-event.dto.js';
import { UiMessageEncoder, type UiMessageReader } from './ui-message.encoder.js';

const status = (state: string, attempt = 1): StreamEvent => ({
  type: 'status',
  status: state,
  attempt,
  next_attempt_at: null,
});
const reset = (attempt: number): StreamEvent => ({ type: 'reset', attempt });
const delta = (text: string): StreamEvent => ({ type: 'delta', text });
const done = (state: string, more: Partial<MessageDto> = {}) =>
  ({ type: 'done', id: 'r', content: 'ab', status: state, error: null, ...more }) as StreamEvent;

/** The parts in short, metadata left out. */
function parts(events: StreamEvent[], reader: Partial<UiMessageReader> = {}): string[] {
  const encoder = new UiMessageEncoder({ replyId: 'r', from: null, hasResetStep: true, ...reader });
  return events
    .flatMap((event) => encoder.encode(event))
    .map((part) => {
      if (part.type === 'text-delta') return `+${part.delta}`;
      if (part.type === 'error') return `error ${part.errorText}`;
      if (part.type === 'finish') return `finish ${part.finishReason}`;
      return part.type;
    });
}

const FRESH = [status('streaming'), reset(1), delta('a'), delta('b'), done('completed')];
const AGAIN = [status('streaming'), reset(1), delta('a'), status('retrying'), reset(2), delta('b')];
const FAILURE = { code: 'model_timeout', detail: 'It took too long.', retriable: true };

it.each<[string, StreamEvent[], Partial<UiMessageReader>, string[]]>([
  [
    'a reply is one message with one step and one text',
    FRESH,
    {},
    [
      'start',
      'start-step',
      'text-start',
      '+a',
      '+b',
      'text-end',
      'finish-step',
      'message-metadata',
      'finish stop',
    ],
  ],
  [
    'another attempt takes the text back',
    AGAIN,
    {},
    ['start', 'start-step', 'text-start', '+a', 'message-metadata', 'reset-step', 'text-start', '+b'],
  ],
  [
    'for a client without reset-step another attempt is another step',
    AGAIN,
    { hasResetStep: false },
    'start start-step text-start +a message-metadata text-end finish-step start-step text-start +b'.split(
      ' ',
    ),
  ],
  [
    'for a client without reset-step an attempt without text needs no other step',
    [status('queued', 0), reset(0), reset(1), delta('a')],
    { hasResetStep: false },
    ['start', 'start-step', 'text-start', '+a'],
  ],
  [
    'a reader in the middle of a text gets the rest of it, and no second start',
    [status('streaming'), delta('b'), done('completed')],
    { from: { attempt: 1, offset: 1 } },
    ['message-metadata', '+b', 'text-end', 'finish-step', 'message-metadata', 'finish stop'],
  ],
  [
    'a reader that has the step and no text gets the start of the text',
    [status('streaming'), delta('ab')],
    { from: { attempt: 1, offset: 0 } },
    ['message-metadata', 'text-start', '+ab'],
  ],
  [
    'a reader that knows the end of an earlier attempt gets everything',
    [status('streaming', 2), reset(2), delta('ab')],
    { from: { attempt: 1, offset: 'end' } },
    ['start', 'start-step', 'text-start', '+ab'],
  ],
  [
    'a reply without text has no text part',
    [status('completed'), reset(1), done('completed')],
    {},
    ['start', 'start-step', 'finish-step', 'message-metadata', 'finish stop'],
  ],
])('%s', (_, events, reader, expected) => {
  expect(parts(events, reader)).toEqual(expected);
});

it.each<[string, Partial<MessageDto>, string[]]>([
  ['completed', {}, ['finish stop']],
  ['truncated', {}, ['finish length']],
  ['stopped', {}, ['abort']],
  ['blocked', { error: FAILURE }, ['error It took too long. (model_timeout)', 'finish content-filter']],
  ['failed', { error: FAILURE }, ['error It took too long. (model_timeout)', 'finish error']],
  ['a state of tomorrow', {}, ['finish other']],
])('a reply that is %s ends as the SDK names it, after its metadata', (state, more, expected) => {
  const ended = parts([status(state), reset(1), done(state, more)]);
  expect(ended.slice(ended.indexOf('message-metadata') + 1)).toEqual(expected);
});

it('the start has the state, the limits and the message, and the end has the outcome', () => {
  const limits = { tier: 'basic', daily_limit: 5, used_today: 1, remaining: 4, resets_at: 'tomorrow' };
  const encoder = new UiMessageEncoder({ replyId: 'r', from: null, hasResetStep: true, limits });
  expect(
    encoder.encode({ type: 'accepted', message: { id: 'm' } as MessageDto, reply: {} as MessageDto }),
  ).toEqual([]);
  expect(encoder.encode(status('queued', 0))).toEqual([
    {
      type: 'start',
      messageId: 'r',
      messageMetadata: { limits, in_reply_to: 'm', status: 'queued', attempt: 0, next_attempt_at: null },
    },
  ]);
  const metadata = encoder
    .encode(done('completed', { model: 'x' }))
    .find(({ type }) => type === 'message-metadata');
  expect(metadata).toEqual({
    type: 'message-metadata',
    messageMetadata: { status: 'completed', error: null, model: 'x' },
  });
});
