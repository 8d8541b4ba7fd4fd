import { hrefOf, parseRoute } from './route.js';

const ID = '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f';

it.each([
  ['', { page: 'new' }],
  ['#/', { page: 'new' }],
  [hrefOf.room(ID), { page: 'room', roomId: ID }],
  [hrefOf.message(ID, ID), { page: 'room', roomId: ID, messageId: ID }],
  [`${hrefOf.room(ID)}/../..`, { page: 'room', roomId: ID }],
  [hrefOf.account, { page: 'account' }],
  // An address from elsewhere does not become a path of the API.
  ['#/room/../user/me', { page: 'new' }],
  ['#/room/', { page: 'new' }],
  ['#/nothing', { page: 'new' }],
])('"%s" is a page', (hash, route) => {
  expect(parseRoute(hash)).toEqual(route);
});
