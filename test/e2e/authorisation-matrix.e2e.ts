import { readFileSync } from 'node:fs';
import { newId } from '../../src/platform/crypto/id.js';
import { routesOf, type ApiDocument, type Route } from '../../src/platform/openapi/api-document.js';
import type { Answer } from '../support/client.js';
import {
  belongingsOf,
  MATRIX,
  newScenario,
  type MatrixCall,
  type TestScenario,
} from '../support/matrix-calls.js';
import { newUser, signToken, type TestUser } from '../support/people.js';
import { startProduct, type Product } from '../support/product.js';

const document = JSON.parse(readFileSync('openapi.json', 'utf8')) as ApiDocument;

/** A kind of request to a route: whose token it has, and which ids its path has. */
interface Cell {
  actor: string;
  /** What is made new for this cell, because the request may change it: the owner, or also one object of each kind. */
  changes?: 'account' | 'objects' | undefined;
  /** A fault unless it returns null. */
  fault: (scenario: TestScenario) => Promise<string | null>;
}

type Role = 'user' | 'admin';

let product: Product;
/** The owner of every cell whose requests must change nothing: a stranger's cell proves that nothing has changed. */
let untouched: TestScenario;
/** Strangers whose requests are all refused, so that they need not be new. */
let strangers: Record<Role, TestScenario>;
beforeAll(async () => {
  // Without a worker, so that only the stranger's requests could change rows.
  product = await startProduct({ WORKER: 'separate', ADMIN_CAN_READ_MESSAGES: 'on' });
  await makeObjects();
});
afterAll(() => product.close());

async function makeObjects(): Promise<void> {
  untouched = await newScenario(product);
  strangers = { user: await newScenario(product), admin: await newScenario(product, 'admin') };
}

async function scenarioOf({ changes }: Cell): Promise<TestScenario> {
  if (changes === 'objects') return newScenario(product);
  if (!changes) return untouched;
  const owner = await newUser(product);
  // Like every owner of objects they have made a request: the process remembers the session.
  await owner.client.get('/user/usage');
  return { ...untouched, owner };
}

/** Calls a route of the scenario's owner with the token of a person. */
async function call(
  { method, path }: Route,
  recipe: MatrixCall,
  scenario: TestScenario,
  token: string | undefined,
  ids = recipe.ids?.(scenario) ?? {},
): Promise<Answer> {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!) + (recipe.query ?? '');
  return product.client.request(method.toUpperCase(), address, {
    token,
    // Of equal length, because compared responses contain it.
    headers: { 'x-request-id': 'matrix-cell' },
    body: await recipe.body?.(scenario),
    firstEvent: recipe.firstEvent,
    ...(document.paths[path] ? {} : { undocumented: true }),
  });
}

const unlike = (answer: Answer, status: number, code?: string): string | null =>
  answer.status === status && (code === undefined || answer.body.code === code)
    ? null
    : `${answer.status} ${answer.text.slice(0, 200)}`;

const expiredToken = ({ owner }: Pick<TestScenario, 'owner'>): string => {
  const now = Math.floor(Date.now() / 1000);
  return signToken({ sub: owner.id, sid: owner.sessionId, iat: now - 1000, exp: now - 100 });
};

async function revokedToken({ owner }: Pick<TestScenario, 'owner'>): Promise<string> {
  // The token was used a moment ago, so the process must also discard what it remembers of it.
  await owner.client.post('/auth/logout');
  return owner.token;
}

/** The account is deleted while the request is on its way: no process has the event yet. */
async function leavingToken({ owner }: Pick<TestScenario, 'owner'>): Promise<string> {
  await product.rows('delete from users where id = $1', [owner.id]);
  return owner.token;
}

/** The last proof of identity was eleven minutes ago. */
async function stale(caller: TestUser): Promise<TestUser> {
  await product.rows(`update sessions set authenticated_at = now() - interval '11 minutes' where id = $1`, [
    caller.sessionId,
  ]);
  return caller;
}
const newAdmin = (): Promise<TestUser> => newUser(product, { role: 'admin' });

/** An admin who lost the role one request ago. */
async function formerAdmin(change: string): Promise<TestUser> {
  const admin = await newAdmin();
  await admin.client.get('/admin/api/audit');
  await product.rows(`update users set ${change} where id = $1`, [admin.id]);
  return admin;
}

/** The parts that two indistinguishable responses must share: all except the request's own marks. */
function bare({ status, headers, body }: Answer, ...more: string[]): string {
  const own = ['x-request-id', 'date', 'ratelimit', 'connection', 'keep-alive', ...more];
  const shown = [...headers].filter(([name]) => !own.includes(name));
  return JSON.stringify([status, shown, { ...body, instance: '', request_id: '' }]);
}

/** Every caller except an admin gets the answer of an unknown address, before any other check. */
function adminCells(route: Route, recipe: MatrixCall): Cell[] {
  const cell = (
    actor: string,
    caller: () => Promise<TestUser>,
    [status, code]: [number, string?],
    token: (actor: TestUser) => string | undefined | Promise<string>,
    changes?: Cell['changes'],
  ): Cell => ({
    actor,
    changes,
    fault: async (scenario) => {
      const one = await caller();
      await recipe.prepare?.(scenario, one);
      return unlike(await call(route, recipe, scenario, await token(one)), status, code);
    },
  });
  const outsider = (
    actor: string,
    caller: (scenario: TestScenario) => TestUser | Promise<TestUser>,
    changes?: Cell['changes'],
  ): Cell => ({
    actor,
    changes,
    fault: async (scenario) => {
      const one = await caller(scenario);
      await recipe.prepare?.(scenario, one);
      const before = await belongingsOf(scenario);
      const strange = route.operation.requestBody && { body: () => ({ strange: true }) };
      const ask = (path: string) => call({ ...route, path }, { ...recipe, ...strange }, scenario, one.token);
      const none = await ask('/admin/api/nothing');
      const answers = [
        await call(route, recipe, scenario, one.token),
        await call(route, recipe, scenario, one.token, { id: newId() }),
        await call(route, recipe, scenario, one.token, { id: 'no-id' }),
        await ask(`${route.path}?limit=none&cursor=none`),
      ];
      if (JSON.stringify(before) !== JSON.stringify(await belongingsOf(scenario)))
        return 'it changed something';
      // The addresses have different lengths, and the responses contain them.
      const seen = [none, ...answers].map((answer) => bare(answer, 'content-length'));
      const told = seen.find((answer) => answer !== seen[0]);
      return told ? `${told} is not ${seen[0]}` : unlike(none, 404, 'not_found');
    },
  });
  const asIs: [number] = [recipe.succeeds];
  const objects = recipe.ids && 'objects';
  const own = (one: TestUser) => one.token;
  return [
    cell('anonymous', newAdmin, [401, 'unauthenticated'], () => undefined),
    cell('expired', newAdmin, [401, 'token_expired'], (owner) => expiredToken({ owner })),
    cell('revoked', newAdmin, [401, 'session_ended'], (owner) => revokedToken({ owner })),
    cell('admin', newAdmin, asIs, own, objects),
    cell(
      'admin, not fresh',
      async () => stale(await newAdmin()),
      recipe.admin === 'fresh' ? [403, 'step_up_required'] : asIs,
      own,
      objects,
    ),
    outsider('owner', ({ owner }) => owner),
    outsider('owner, not fresh', ({ owner }) => stale(owner), objects ?? 'account'),
    outsider('stranger', () => newUser(product)),
    outsider('admin no more', () => formerAdmin(`role = 'user'`)),
    outsider('suspended admin', () => formerAdmin('suspended_at = now()')),
  ];
}

function cellsOf(route: Route, recipe: MatrixCall): Cell[] {
  if (recipe.admin) return adminCells(route, recipe);
  const { succeeds } = recipe;
  const isOpen = route.operation.security!.length === 0;
  const cell = (
    actor: string,
    token: (scenario: TestScenario) => string | undefined | Promise<string>,
    changes?: Cell['changes'],
    code?: string,
  ): Cell => ({
    actor,
    changes,
    fault: async (scenario) => {
      const answer = await call(route, recipe, scenario, await token(scenario));
      return isOpen || !code ? unlike(answer, succeeds) : unlike(answer, 401, code);
    },
  });
  const changed = recipe.ids ? 'objects' : 'account';
  const left = recipe.needsNoAccount ? undefined : 'session_ended';
  return [
    cell('anonymous', () => undefined, undefined, 'unauthenticated'),
    cell('expired', expiredToken, 'account', 'token_expired'),
    cell('revoked', revokedToken, 'account', 'session_ended'),
    cell('deleted at that moment', leavingToken, 'account', left),
    cell('owner', ({ owner }) => owner.token, changed),
    {
      actor: 'owner, not fresh',
      changes: changed,
      fault: async (scenario) => {
        const { token } = await stale(scenario.owner);
        const answer = await call(route, recipe, scenario, token);
        return recipe.fresh ? unlike(answer, 403, 'step_up_required') : unlike(answer, succeeds);
      },
    },
    ...STRANGERS.flatMap((caller) =>
      recipe.ids && !isOpen ? strangerCells(route, recipe, caller) : [strangersOwn(route, recipe, caller)],
    ),
  ];
}

interface Stranger {
  actor: string;
  role: Role;
}

/** On these routes an admin has no more rights than another stranger: admin routes have separate addresses. */
const STRANGERS: Stranger[] = [
  { actor: 'stranger', role: 'user' },
  { actor: 'admin', role: 'admin' },
];

/** On a route without an id in its path, a stranger gets their own data and none of the owner's. */
const strangersOwn = (route: Route, recipe: MatrixCall, { actor, role }: Stranger): Cell => ({
  actor,
  fault: async (scenario) => {
    const stranger = await newUser(product, { role });
    const before = await belongingsOf(scenario);
    const answer = await call(route, recipe, scenario, stranger.token);
    const { owner, room, message } = scenario;
    const leaked = [owner.id, owner.sessionId, owner.mobileNumber, room, message].find((secret) =>
      answer.text.includes(secret),
    );
    if (leaked) return `it shows ${leaked}`;
    if (JSON.stringify(before) !== JSON.stringify(await belongingsOf(scenario)))
      return 'it changed the owner’s';
    return unlike(answer, recipe.succeeds);
  },
});

/** Every combination of the owner's ids with the stranger's own: the response is that of unknown ids. */
function strangerCells(route: Route, recipe: MatrixCall, { actor, role }: Stranger): Cell[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const mixes = Array.from({ length: 2 ** names.length - 1 }, (_, n) =>
    names.filter((_, place) => (n + 1) & (1 << place)),
  );
  return mixes.map((foreign) => ({
    actor: `${actor} with the owner’s {${foreign.join('}, {')}}`,
    fault: async (scenario) => {
      const stranger = strangers[role];
      const before = await belongingsOf(scenario);
      const [theirs, own] = [recipe.ids!(scenario), recipe.ids!(stranger)];
      const pick = (of: (name: string) => string) => Object.fromEntries(names.map((n) => [n, of(n)]));
      const ask = (ids: Record<string, string>) => call(route, recipe, scenario, stranger.owner.token, ids);
      const seen = await ask(pick((name) => (foreign.includes(name) ? theirs : own)[name]!));
      const unknown = await ask(pick(() => newId()));
      const malformed = await ask(pick(() => 'no-id'));
      if (JSON.stringify(before) !== JSON.stringify(await belongingsOf(scenario)))
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
    const fault = await cell.fault(await scenarioOf(cell)).catch(String);
    // A cell that fails may have changed what the next ones ask for.
    if (fault !== null) await makeObjects();
    expect(fault).toBeNull();
  });
});
