import { readFileSync } from 'node:fs';
import { newId } from '../../src/platform/crypto/id.js';
import { routesOf, type ApiDocument, type Route } from '../../src/platform/http/openapi-document.js';
import type { Answer } from '../support/client.js';
import { belongingsOf, MATRIX, newWorld, type MatrixCall, type World } from '../support/matrix-calls.js';
import { signToken } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument;

/** What an actor does to a route: with whose token, and which ids in the path. */
interface Cell {
  actor: string;
  /** Wrong when it gives anything but null. */
  fault: (world: World) => Promise<string | null>;
}

let product: Product;
beforeAll(async () => {
  // No worker: what the stranger may not change, nobody else changes meanwhile.
  product = await startProduct({ WORKER: 'separate' });
});
afterAll(() => product.close());

/** Calls a route of the world's owner with somebody's token. */
async function call(
  { method, path }: Route,
  recipe: MatrixCall,
  world: World,
  token: string | undefined,
  ids = recipe.ids?.(world) ?? {},
): Promise<Answer> {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!);
  return product.client.request(method.toUpperCase(), address, {
    token,
    body: await recipe.body?.(world),
    ...(document.paths[path] ? {} : { undocumented: true }),
  });
}

const unlike = (answer: Answer, status: number, code?: string): string | null =>
  answer.status === status && (code === undefined || answer.body.code === code)
    ? null
    : `${answer.status} ${answer.text.slice(0, 200)}`;

const expiredToken = ({ owner }: World): string => {
  const now = Math.floor(Date.now() / 1000);
  return signToken({ sub: owner.id, sid: owner.sessionId, iat: now - 1000, exp: now - 100 });
};

async function revokedToken({ owner }: World): Promise<string> {
  // Its token has just been used: what the process remembers of it must go, too.
  await owner.client.post('/auth/logout');
  return owner.token;
}

/** All that is the same in two answers that must not be told apart: everything but the request's own marks. */
function bare({ status, headers, body }: Answer): string {
  const own = ['x-request-id', 'date', 'ratelimit', 'connection', 'keep-alive'];
  const shown = [...headers].filter(([name]) => !own.includes(name));
  return JSON.stringify([status, shown, { ...body, instance: '', request_id: '' }]);
}

function cellsOf(route: Route, recipe: MatrixCall): Cell[] {
  const { succeeds } = recipe;
  const isOpen = route.operation.security!.length === 0;
  const cell = (
    actor: string,
    token: (world: World) => string | undefined | Promise<string>,
    code?: string,
  ): Cell => ({
    actor,
    fault: async (world) => {
      const answer = await call(route, recipe, world, await token(world));
      return isOpen || !code ? unlike(answer, succeeds) : unlike(answer, 401, code);
    },
  });
  return [
    cell('anonymous', () => undefined, 'unauthenticated'),
    cell('expired', expiredToken, 'token_expired'),
    cell('revoked', revokedToken, 'session_ended'),
    cell('owner', ({ owner }) => owner.token),
    ...(recipe.ids && !isOpen ? strangerCells(route, recipe) : [strangersOwn(route, recipe)]),
  ];
}

/** Where no id is in the path, a stranger meets his own things, and nothing of the owner's. */
const strangersOwn = (route: Route, recipe: MatrixCall): Cell => ({
  actor: 'stranger',
  fault: async (world) => {
    const stranger = await newWorld(product);
    const before = await belongingsOf(world);
    const answer = await call(route, recipe, world, stranger.owner.token);
    const { owner, room, message } = world;
    const leaked = [owner.id, owner.sessionId, owner.mobileNumber, room, message].find((secret) =>
      answer.text.includes(secret),
    );
    if (leaked) return `it shows ${leaked}`;
    if (JSON.stringify(before) !== JSON.stringify(await belongingsOf(world))) return 'it changed the owner’s';
    return unlike(answer, recipe.succeeds);
  },
});

/** Every mix of the owner's ids with the stranger's own: the answer is that of ids that nobody has. */
function strangerCells(route: Route, recipe: MatrixCall): Cell[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const mixes = Array.from({ length: 2 ** names.length - 1 }, (_, n) =>
    names.filter((_, place) => (n + 1) & (1 << place)),
  );
  return mixes.map((foreign) => ({
    actor: `stranger with the owner’s {${foreign.join('}, {')}}`,
    fault: async (world) => {
      const stranger = await newWorld(product);
      const before = await belongingsOf(world);
      const [theirs, own] = [recipe.ids!(world), recipe.ids!(stranger)];
      const pick = (of: (name: string) => string) => Object.fromEntries(names.map((n) => [n, of(n)]));
      const ask = (ids: Record<string, string>) => call(route, recipe, world, stranger.owner.token, ids);
      const seen = await ask(pick((name) => (foreign.includes(name) ? theirs : own)[name]!));
      const unknown = await ask(pick(() => newId()));
      const malformed = await ask(pick(() => 'no-id'));
      if (JSON.stringify(before) !== JSON.stringify(await belongingsOf(world)))
        return 'it changed the owner’s';
      if (bare(seen) !== bare(unknown)) return `${bare(seen)} is not ${bare(unknown)}`;
      if (malformed.text.length - 'no-id'.length * names.length !== unknown.text.length - 36 * names.length)
        return `${malformed.text} is not ${unknown.text}`;
      return unlike(seen, 404, 'not_found');
    },
  }));
}

const routes = routesOf(document).flatMap((route) =>
  [route.path, ...(MATRIX[route.operation.operationId]?.aliases ?? [])].map((path) => ({ ...route, path })),
);
const matrix = routes.flatMap((route) => {
  const recipe = MATRIX[route.operation.operationId];
  if (!recipe) throw new Error(`${route.operation.operationId} is not in the authorisation matrix`);
  return cellsOf(route, recipe).map((cell) => ({
    name: `${route.method.toUpperCase()} ${route.path}: ${cell.actor}`,
    cell,
  }));
});

describe(`the authorisation matrix: ${routes.length} routes, ${matrix.length} cells, none wrong`, () => {
  it.each(matrix)('$name', async ({ cell }) => {
    expect(await cell.fault(await newWorld(product))).toBeNull();
  });
});
