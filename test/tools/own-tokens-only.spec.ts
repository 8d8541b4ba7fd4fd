import { OWN_TOKENS_ONLY } from '../../src/auth/tokens/own-tokens-only.decorator.js';
import { declaredRoutes } from './routes.js';

it('every route under /auth refuses tokens of other issuers, by its mark, and no other route does', async () => {
  const routes = await declaredRoutes();
  const paths = (which: typeof routes) => which.map(({ method, path }) => `${method} ${path}`);
  const under = routes.filter(({ path }) => /^\/auth(\/|$)/i.test(path));
  expect(under.length).toBeGreaterThan(8);
  expect(paths(routes.filter(({ isMarked }) => isMarked(OWN_TOKENS_ONLY)))).toEqual(paths(under));
});
