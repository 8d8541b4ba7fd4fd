import type { Message } from '../message.entity.js';
import { ReplySnapshot } from './reply-snapshot.js';

const row = (more: Partial<Message> = {}) =>
  ({
    attempt: 1,
    content: '',
    status: 'streaming',
    nextAttemptAt: null,
    completedAt: null,
    ...more,
  }) as Message;
const piece = (start: number, text: string, attempt = 1) => ({ streamId: 'r', attempt, start, text });

it('a snapshot grows by pieces, also by overlapping ones', () => {
  const reply = new ReplySnapshot(row({ content: 'abc' }));
  reply.applyPiece(piece(0, 'ab'));
  reply.applyPiece(piece(2, 'cde'));
  expect(reply.text).toBe('abcde');
});

it('a snapshot holds a piece until the text before it is known', () => {
  const reply = new ReplySnapshot(row());
  reply.applyPiece(piece(3, 'def'));
  expect([reply.text, reply.hasGap]).toEqual(['', true]);
  reply.applyRow(row({ content: 'abc' }));
  expect([reply.text, reply.hasGap]).toEqual(['abcdef', false]);
});

it('a snapshot ignores an earlier attempt, and restarts with a later one', () => {
  const reply = new ReplySnapshot(row({ attempt: 2, content: 'new' }));
  reply.applyPiece(piece(0, 'zombie', 1));
  reply.applyRow(row({ attempt: 1, content: 'older and longer' }));
  expect(reply.text).toBe('new');
  reply.applyPiece(piece(0, 'newer', 3));
  expect([reply.attempt, reply.text]).toEqual([3, 'newer']);
});

it('a row with less text changes nothing, and the final row replaces the text', () => {
  const reply = new ReplySnapshot(row());
  reply.applyPiece(piece(0, 'abcdef'));
  reply.applyRow(row({ content: 'abc' }));
  expect(reply.text).toBe('abcdef');
  reply.applyRow(row({ content: 'abcd', status: 'stopped', completedAt: new Date() }));
  reply.applyPiece(piece(6, 'too late'));
  expect([reply.text, reply.final?.status]).toEqual(['abcd', 'stopped']);
});

it('a snapshot has the status of its row, and streams after a piece', () => {
  const nextAttemptAt = new Date();
  const reply = new ReplySnapshot(row({ status: 'retrying', nextAttemptAt }));
  expect([reply.status, reply.nextAttemptAt, reply.final]).toEqual(['retrying', nextAttemptAt, null]);
  reply.applyPiece(piece(0, 'a'));
  expect([reply.status, reply.nextAttemptAt]).toEqual(['streaming', null]);
});

it('a snapshot applies held pieces in order, up to the next gap', () => {
  const reply = new ReplySnapshot(row());
  for (const one of [piece(2, 'c'), piece(3, 'd'), piece(9, 'j')]) reply.applyPiece(one);
  reply.applyPiece(piece(0, 'ab'));
  expect([reply.text, reply.hasGap]).toEqual(['abcd', true]);
});

it('a snapshot drops held pieces when another attempt begins, and when the reply is final', () => {
  const reply = new ReplySnapshot(row());
  reply.applyPiece(piece(3, 'old'));
  reply.applyPiece(piece(3, 'new', 2));
  reply.applyRow(row({ attempt: 2, content: 'abc' }));
  expect([reply.text, reply.hasGap]).toEqual(['abcnew', false]);
  reply.applyPiece(piece(9, 'late', 2));
  reply.applyRow(row({ attempt: 2, content: 'abcnew', completedAt: new Date() }));
  expect(reply.hasGap).toBe(false);
});

it('a final snapshot ignores later attempts', () => {
  const reply = new ReplySnapshot(row({ content: 'the end', completedAt: new Date() }));
  reply.applyRow(row({ attempt: 2, content: 'more than that' }));
  reply.applyPiece(piece(0, 'more', 2));
  expect([reply.attempt, reply.text]).toEqual([1, 'the end']);
});

it('a snapshot holds at most 500 pieces: the row contains the others', () => {
  const reply = new ReplySnapshot(row());
  for (let start = 1; start <= 600; start += 1) reply.applyPiece(piece(start, 'b'));
  reply.applyPiece(piece(0, 'a'));
  expect(reply.text).toBe(`a${'b'.repeat(500)}`);
});

it('a queued reply has no text and no gap', () => {
  const reply = new ReplySnapshot(row({ attempt: 0, status: 'queued' }));
  expect([reply.attempt, reply.text, reply.hasGap]).toEqual([0, '', false]);
});
