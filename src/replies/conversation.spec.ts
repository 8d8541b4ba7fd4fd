import type { HistoryMessage } from '../messages/replies/claim.js';
import { estimateTokens } from '../llm/tokens.js';
import { conversations, conversationTurns } from './conversation.js';

let ids = 0;
const user = (content: string): HistoryMessage => ({
  id: `u${++ids}`,
  role: 'user',
  content,
  status: 'completed',
  inReplyTo: null,
  refused: false,
});
const model = (
  to: HistoryMessage,
  content: string,
  status: HistoryMessage['status'] = 'completed',
): HistoryMessage => ({
  id: `m${++ids}`,
  role: 'model',
  content,
  status,
  inReplyTo: to.id,
  refused: false,
});
const newestFirst = (...said: HistoryMessage[]) => said.toReversed();
const PLENTY = 10_000;

describe('the conversation for the model', () => {
  it('is the whole history, oldest first, ending with the message to answer', () => {
    const [a, b] = [user('a'), user('b')];
    expect(conversationTurns(newestFirst(a, model(a, 'A'), b), null, PLENTY)).toEqual([
      { role: 'user', text: 'a' },
      { role: 'model', text: 'A' },
      { role: 'user', text: 'b' },
    ]);
  });

  it('always contains the message, also one above the budget', () => {
    const long = user('x'.repeat(30_000));
    expect(conversationTurns([long], null, 10)).toEqual([{ role: 'user', text: long.content }]);
  });

  it('drops the oldest turns first, without gaps, and begins with the user', () => {
    const [a, b, c] = [user('a'.repeat(300)), user('b'.repeat(30)), user('c'.repeat(30))];
    const said = newestFirst(a, model(a, 'A'.repeat(30)), b, model(b, 'B'.repeat(30)), c);
    const turns = conversationTurns(said, null, 45);
    expect(turns.map(({ text }) => text[0])).toEqual(['b', 'B', 'c']);
  });

  it('counts the system prompt towards the budget', () => {
    const [a, b] = [user('a'.repeat(30)), user('b'.repeat(30))];
    const said = newestFirst(a, model(a, 'A'.repeat(30)), b);
    expect(conversationTurns(said, 'p'.repeat(90), 40)).toHaveLength(1);
    expect(conversationTurns(said, null, 40)).toHaveLength(3);
  });

  it('excludes a blocked exchange, and joins messages without an answer', () => {
    const [bad, lost, now] = [user('bad'), user('lost'), user('now')];
    const said = newestFirst(bad, model(bad, '', 'blocked'), lost, now);
    expect(conversationTurns(said, null, PLENTY)).toEqual([{ role: 'user', text: 'lost\n\nnow' }]);
  });

  it('excludes a refused message, unless it was answered later or is the one to answer', () => {
    const refused = (text: string) => ({ ...user(text), refused: true });
    const [long, tried, now] = [refused('long'), refused('tried again'), refused('now')];
    const said = newestFirst(long, tried, model(tried, 'well'), now);
    expect(conversationTurns(said, null, PLENTY).map(({ text }) => text)).toEqual([
      'tried again',
      'well',
      'now',
    ]);
  });

  it('gets shorter down to the message alone, without equal forms', () => {
    const said = Array.from({ length: 16 }, (_, at) => user(String(at).repeat(30))).toReversed();
    const tried = conversations(said, null, 320);
    expect(tried.map(({ turns }) => turns.map(({ text }) => text.split('\n\n').length))).toEqual([
      [16],
      [10],
      [4],
      [2],
      [1],
    ]);
    expect(tried.map(({ isAlone }) => isAlone)).toEqual([false, false, false, false, true]);
    expect(conversations(said.slice(0, 1), 'prompt', 320)).toHaveLength(1);
    expect(conversations(said.slice(0, 2), null, 320)).toHaveLength(2);
  });

  it('contains the text of stopped and truncated answers', () => {
    const [a, b] = [user('a'), user('b')];
    const said = newestFirst(a, model(a, 'half', 'stopped'), b);
    expect(conversationTurns(said, null, PLENTY).map(({ text }) => text)).toEqual(['a', 'half', 'b']);
  });
});

it.each([
  ['', 0],
  ['hello world!', 4],
  ['日本', 2],
])('%j is about %d tokens', (text, tokens) => expect(estimateTokens(text)).toBe(tokens));
