import { decoded } from './entities.js';

it.each([
  ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
  ['&#60;&#x3E;&#x1F600;', '<>😀'],
  ['&unknown; &constructor; AT&T &', '&unknown; &constructor; AT&T &'],
  ['&#0;&#99999999;&#x110000;', '&#0;&#99999999;&#x110000;'],
])('%s is read as %s', (text, expected) => {
  expect(decoded(text)).toBe(expected);
});
