import { accepts, prefersHtml } from './accept.js';

it.each([
  ['application/json', true],
  ['application/json;charset=utf-8', true],
  ['APPLICATION/*', true],
  ['text/html, */*;q=0.1', true],
  ['*/*;q=0', false],
  ['application/json;q=0, */*', false],
  ['application/json;q=0.0', false],
  ['text/html', false],
  ['', false],
])('the Accept header "%s" accepts JSON: %s', (accept, expected) => {
  expect(accepts(accept, 'application/json')).toBe(expected);
});

it.each([
  ['text/html,application/xhtml+xml,*/*;q=0.8', true],
  ['*/*', false],
  ['application/json', false],
  ['text/html;q=0, application/json', false],
  [undefined, false],
])('the Accept header "%s" is that of a browser: %s', (accept, expected) => {
  expect(prefersHtml(accept)).toBe(expected);
});
