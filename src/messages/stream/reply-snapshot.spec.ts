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

it('grows by pieces, whatever they overlap with', () => {
  const reply = new ReplySnapshot(row({ content: 'abc' }));
  reply.takePiece(piece(0, 'ab'));
  reply.takePiece(piece(2, 'cde'));
  expect(reply.text).toBe('abcde');
});

it('holds a piece until what is before it is known', () => {
  const reply = new ReplySnapshot(row());
  reply.takePiece(piece(3, 'def'));
  expect([reply.text, reply.hasGap]).toEqual(['', true]);
  reply.takeRow(row({ content: 'abc' }));
  expect([reply.text, reply.hasGap]).toEqual(['abcdef', false]);
});

it('takes nothing of an attempt that is over, and begins anew with a later one', () => {
  const reply = new ReplySnapshot(row({ attempt: 2, content: 'new' }));
  reply.takePiece(piece(0, 'zombie', 1));
  reply.takeRow(row({ attempt: 1, content: 'older and longer' }));
  expect(reply.text).toBe('new');
  reply.takePiece(piece(0, 'newer', 3));
  expect([reply.attempt, reply.text]).toEqual([3, 'newer']);
});

it('a row that is behind takes nothing away, the final one is right', () => {
  const reply = new ReplySnapshot(row());
  reply.takePiece(piece(0, 'abcdef'));
  reply.takeRow(row({ content: 'abc' }));
  expect(reply.text).toBe('abcdef');
  reply.takeRow(row({ content: 'abcd', status: 'stopped', completedAt: new Date() }));
  reply.takePiece(piece(6, 'too late'));
  expect([reply.text, reply.final?.status]).toEqual(['abcd', 'stopped']);
});

it('says of a reply what its row says, and of one that grows that it streams', () => {
  const nextAttemptAt = new Date();
  const reply = new ReplySnapshot(row({ status: 'retrying', nextAttemptAt }));
  expect([reply.status, reply.nextAttemptAt, reply.final]).toEqual(['retrying', nextAttemptAt, null]);
  reply.takePiece(piece(0, 'a'));
  expect([reply.status, reply.nextAttemptAt]).toEqual(['streaming', null]);
});

it('takes held pieces in their order, as far as they reach', () => {
  const reply = new ReplySnapshot(row());
  for (const one of [piece(2, 'c'), piece(3, 'd'), piece(9, 'j')]) reply.takePiece(one);
  reply.takePiece(piece(0, 'ab'));
  expect([reply.text, reply.hasGap]).toEqual(['abcd', true]);
});

it('forgets what it held when another attempt begins, and when the reply is final', () => {
  const reply = new ReplySnapshot(row());
  reply.takePiece(piece(3, 'old'));
  reply.takePiece(piece(3, 'new', 2));
  reply.takeRow(row({ attempt: 2, content: 'abc' }));
  expect([reply.text, reply.hasGap]).toEqual(['abcnew', false]);
  reply.takePiece(piece(9, 'late', 2));
  reply.takeRow(row({ attempt: 2, content: 'abcnew', completedAt: new Date() }));
  expect(reply.hasGap).toBe(false);
});

it('an end that was told is the last word, whatever attempt comes after it', () => {
  const reply = new ReplySnapshot(row({ content: 'the end', completedAt: new Date() }));
  reply.takeRow(row({ attempt: 2, content: 'more than that' }));
  reply.takePiece(piece(0, 'more', 2));
  expect([reply.attempt, reply.text]).toEqual([1, 'the end']);
});

it('holds at most 500 pieces: the row has the others', () => {
  const reply = new ReplySnapshot(row());
  for (let start = 1; start <= 600; start += 1) reply.takePiece(piece(start, 'b'));
  reply.takePiece(piece(0, 'a'));
  expect(reply.text).toBe(`a${'b'.repeat(500)}`);
});

it('a reply that has not begun has no text and no gap', () => {
  const reply = new ReplySnapshot(row({ attempt: 0, status: 'queued' }));
  expect([reply.attempt, reply.text, reply.hasGap]).toEqual([0, '', false]);
});
