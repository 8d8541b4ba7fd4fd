import { hrefOf, parseRoute } from './route.js';

it.each([
  ['', { section: 'today', id: null, filters: {} }],
  ['#/nowhere', { section: 'today', id: null, filters: {} }],
  ['#/users/abc', { section: 'users', id: 'abc', filters: {} }],
  [
    '#/replies?status=failed&user_id=1',
    { section: 'replies', id: null, filters: { status: 'failed', user_id: '1' } },
  ],
])('%s is read', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
});

it('an address is read back as it was made; empty filters are left out', () => {
  const href = hrefOf('users', { filters: { mobile_number: '+91 98', tier: '' } });
  expect(href).toBe('#/users?mobile_number=%2B91+98');
  expect(parseRoute(href).filters).toEqual({ mobile_number: '+91 98' });
});
