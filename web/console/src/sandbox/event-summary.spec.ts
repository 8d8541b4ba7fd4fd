import { summaryOf } from './event-summary.js';

it.each([
  [
    'accepted',
    { type: 'accepted', message: { id: 'm1' }, reply: { id: 'm2', status: 'queued' } },
    'm1 · queued',
  ],
  ['delta', { type: 'delta', text: 'a\n"b"' }, '"a\\n\\"b\\""'],
  [
    'status',
    { type: 'status', status: 'streaming', attempt: 1, next_attempt_at: null },
    'streaming · attempt 1',
  ],
  ['reset', { type: 'reset', attempt: 2 }, 'attempt 2'],
  ['done', { type: 'done', status: 'completed', finish_reason: 'stop', model: 'm' }, 'completed · stop · m'],
  ['room', { type: 'room', id: 'r1', change: 'updated' }, 'r1 · updated'],
  ['reply', { type: 'reply', id: 'm2', chatroom_id: 'r1', status: 'completed' }, 'm2 · completed'],
  ['sync', { type: 'sync' }, ''],
  ['later', { type: 'later', x: 1 }, '{"type":"later","x":1}'],
])('a %s is said in a line', (name, data, text) => {
  expect(summaryOf({ name, data: JSON.stringify(data) })).toBe(text);
});

it('long data is cut, and what is no JSON does no harm', () => {
  expect(summaryOf({ name: 'later', data: 'x'.repeat(500) })).toHaveLength(121);
  expect(summaryOf({ name: 'status', data: 'no JSON' })).toBe('');
});
