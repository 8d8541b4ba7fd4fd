import type { Message } from '../message.entity.js';
import { LiveReply } from './live-reply.js';

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
  const reply = new LiveReply(row({ content: 'abc' }));
  reply.takePiece(piece(0, 'ab'));
  reply.takePiece(piece(2, 'cde'));
  expect(reply.text).toBe('abcde');
});

it('holds a piece until what is before it is known', () => {
  const reply = new LiveReply(row());
  reply.takePiece(piece(3, 'def'));
  expect([reply.text, reply.hasGap]).toEqual(['', true]);
  reply.takeRow(row({ content: 'abc' }));
  expect([reply.text, reply.hasGap]).toEqual(['abcdef', false]);
});

it('takes nothing of an attempt that is over, and begins anew with a later one', () => {
  const reply = new LiveReply(row({ attempt: 2, content: 'new' }));
  reply.takePiece(piece(0, 'zombie', 1));
  reply.takeRow(row({ attempt: 1, content: 'older and longer' }));
  expect(reply.text).toBe('new');
  reply.takePiece(piece(0, 'newer', 3));
  expect([reply.attempt, reply.text]).toEqual([3, 'newer']);
});

it('a row that is behind takes nothing away, the final one is right', () => {
  const reply = new LiveReply(row());
  reply.takePiece(piece(0, 'abcdef'));
  reply.takeRow(row({ content: 'abc' }));
  expect(reply.text).toBe('abcdef');
  reply.takeRow(row({ content: 'abcd', status: 'stopped', completedAt: new Date() }));
  reply.takePiece(piece(6, 'too late'));
  expect([reply.text, reply.final?.status]).toEqual(['abcd', 'stopped']);
});
