import { waitPreference } from './prefer.js';

it.each([
  ['wait=10', 10],
  ['wait=0', 0],
  ['Wait=7', 7],
  ['respond-async, wait=15', 15],
  ['wait=15, respond-async', 15],
  ['wait="20"', 20],
  ['wait = 3 ; foo', 3],
  ['wait=61', 60],
  ['wait=999999', 60],
  ['wait=-1', null],
  ['wait=abc', null],
  ['wait=1.5', null],
  ['await=5', null],
  ['', null],
  [undefined, null],
])('Prefer: %p waits %p seconds', (header, seconds) => expect(waitPreference(header)).toBe(seconds));

it('a header that was sent twice is read', () => expect(waitPreference(['respond-async', 'wait=4'])).toBe(4));
