import { safeUrl } from './safe-url.js';

it.each([
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.com/1',
  '/auth/logout',
  '#/account',
  '//example.com',
  '',
])('%j leads nowhere', (href) => {
  expect(safeUrl(href)).toBeNull();
});

it.each([
  'https://example.com/a?b=c#d',
  'http://127.0.0.1:3000/',
  'mailto:a@example.com',
  'tel:+919876543210',
])('%s is a link', (href) => {
  expect(safeUrl(href)).toBe(href);
});
