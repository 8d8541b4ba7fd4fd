import { eventId, positionOf } from './event-id.js';

it.each([
  ['0-0', { attempt: 0, offset: 0 }],
  ['12-118', { attempt: 12, offset: 118 }],
  ['3-end', { attempt: 3, offset: 'end' }],
] as const)('the id %s names a place', (text, position) => {
  expect(positionOf(text)).toEqual(position);
  expect(eventId(position)).toBe(text);
});

it.each([undefined, '', '1', '1-', '-1', '01-end', '1-01', '00-0', '+1-2', '1-2 ', '1-END', '1234567890-1'])(
  'the invalid id "%s" names no position',
  (text) => {
    expect(positionOf(text)).toBeNull();
  },
);
