import fc from 'fast-check';
import { createParser } from 'eventsource-parser';
import type { Message } from '../message.entity.js';
import { positionOf } from './event-id.js';
import { ReplySnapshot } from './reply-snapshot.js';
import { ReplyStream } from './reply-stream.js';
import type { UiMessagePart } from './ui-message.encoder.js';
import { UiMessageFormat } from './ui-message.format.js';

const OWNER = { sessionId: 's', chatroomId: 'c' };
const row = (more: Partial<Message>) =>
  ({
    attempt: 1,
    content: '',
    status: 'streaming',
    nextAttemptAt: null,
    completedAt: null,
    createdAt: new Date(0),
    promptTokens: null,
    errorCode: null,
    ...more,
  }) as Message;

/** Reads a UI message stream over several connections, as the AI SDK builds a message. */
class Reader {
  parts: { type: 'step' | 'text'; text: string }[] = [];
  lastId: string | null = null;
  isDone = false;
  private active: { text: string } | null = null;

  /** Reads what one connection has delivered; parts after the last id are of no use. */
  read(bytes: string): void {
    let group: UiMessagePart[] = [];
    createParser({
      onEvent: ({ data, id }) => {
        if (data === '[DONE]') this.isDone = true;
        else group.push(JSON.parse(data) as UiMessagePart);
        if (id === undefined) return;
        for (const part of group) this.take(part);
        group = [];
        this.lastId = id;
      },
    }).feed(bytes);
  }

  /** What an app shows: the text of the last step. */
  get shown(): string {
    const step = this.parts.findLastIndex(({ type }) => type === 'step');
    return this.parts
      .slice(step + 1)
      .map(({ text }) => text)
      .join('');
  }

  private take(part: UiMessagePart): void {
    if (part.type === 'start-step') this.parts.push({ type: 'step', text: '' });
    if (part.type === 'reset-step') {
      this.parts.splice(this.parts.findLastIndex(({ type }) => type === 'step') + 1);
      this.active = null;
    }
    if (part.type === 'text-start') {
      if (this.active) throw new Error('a text inside a text');
      this.parts.push({ type: 'text', text: '' });
      this.active = this.parts.at(-1)!;
    }
    if (part.type === 'text-delta' || part.type === 'text-end') {
      if (!this.active) throw new Error(`${part.type} outside a text`);
      if (part.type === 'text-delta') this.active.text += part.delta;
      else this.active = null;
    }
  }
}

const act = fc.oneof(
  { weight: 6, arbitrary: fc.record({ piece: fc.string({ unit: 'grapheme', maxLength: 6 }) }) },
  { weight: 1, arbitrary: fc.constant({ begin: true as const }) },
  { weight: 3, arbitrary: fc.record({ cut: fc.nat(400) }) },
);
const last = fc.constantFrom('completed', 'truncated', 'stopped', 'failed' as const);

/** Plays a reply's life to a reader; every act that is a cut loses what is behind a byte of the connection. */
function play(
  acts: Iterable<Record<string, unknown>>,
  status: Message['status'],
  hasResetStep: boolean,
): [shown: string, reply: string] {
  const reader = new Reader();
  const reply = new ReplySnapshot(row({}));
  let connection = connect();
  let unread = '';
  function connect(): ReplyStream {
    const from = positionOf(reader.lastId ?? undefined);
    return new ReplyStream(
      OWNER,
      from,
      () => undefined,
      new UiMessageFormat({ replyId: 'r', from, hasResetStep }),
    );
  }
  const show = () => {
    connection.show(reply);
    unread += String(connection.body.read() ?? '');
  };
  show();
  for (const { piece, begin, cut } of acts) {
    if (typeof piece === 'string')
      reply.applyPiece({ streamId: 'r', attempt: reply.attempt, start: reply.text.length, text: piece });
    if (begin) reply.applyRow(row({ attempt: reply.attempt + 1 }));
    show();
    if (typeof cut !== 'number') continue;
    reader.read(unread.slice(0, cut));
    [connection, unread] = [connect(), ''];
    show();
  }
  const content = status === 'failed' ? '' : reply.text;
  reply.applyRow(row({ attempt: reply.attempt, content, status, completedAt: new Date(0) }));
  show();
  reader.read(unread);
  if (!reader.isDone) throw new Error('the stream has no end');
  return [reader.shown, content];
}

it.each([true, false])(
  'any pieces, attempts and cuts: the text shown is the reply, once (reset-step: %s)',
  (hasResetStep) => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), last, (acts, status) => {
        const [shown, reply] = play(acts, status, hasResetStep);
        expect(shown).toBe(reply);
      }),
      { numRuns: 500 },
    );
  },
);
