import { RouteMethods } from './route-methods.js';

const routes = new RouteMethods();
for (const [method, url] of [
  ['OPTIONS', '*'],
  ['GET', '/'],
  ['GET', '/rooms'],
  [['GET', 'DELETE'], '/rooms/:id'],
  ['POST', '/rooms/:id/messages'],
  ['GET', '/rooms/usage'],
  ['GET', '/docs/*'],
  ['GET', '/a.b'],
] as const)
  routes.add({ method: method as never, url });

it.each([
  ['/', 'GET OPTIONS'],
  ['/rooms', 'GET OPTIONS'],
  ['/rooms/', 'GET OPTIONS'],
  ['/rooms/1', 'DELETE GET OPTIONS'],
  ['/rooms/usage', 'DELETE GET OPTIONS'],
  ['/rooms/1/messages', 'OPTIONS POST'],
  ['/docs/any/thing.js', 'GET OPTIONS'],
  ['/%72ooms', 'GET OPTIONS'],
  ['/rooms//messages', ''],
  ['/rooms/%zz', 'DELETE GET OPTIONS'],
  ['/axb', ''],
  ['/nowhere', ''],
])('%s has the methods "%s"', (path, methods) => {
  expect(routes.of(path).join(' ')).toBe(methods);
});
