import { roomNameFrom } from './room-name.js';

it.each([
  ['Hello', 'Hello'],
  ['  First line \nsecond', 'First line'],
  ['\r\nafter an empty line', 'after an empty line'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(59)}…`],
  ['😀'.repeat(61), `${'😀'.repeat(59)}…`],
  ['word '.repeat(20), `${'word '.repeat(10)}word…`],
])('the first line of a message names its room: %j', (content, name) => {
  expect(roomNameFrom(content)).toBe(name);
  expect(Array.from(roomNameFrom(content)).length).toBeLessThanOrEqual(60);
});
