import { readFileSync } from 'node:fs';
import type { ApiDocument, ApiOperation, ApiResponse } from '../../src/platform/openapi/api-document.js';
import { VERSION } from '../../src/platform/version.js';
import { faultsOf } from '../support/openapi-rules.js';

const committed = readFileSync('openapi.json', 'utf8');
const document = () => JSON.parse(committed) as ApiDocument;

it('product, package and document have one version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
  expect([VERSION, lock.version, lock.packages['']!.version, document().info.version]).toEqual(
    Array(4).fill(version),
  );
});

interface Lock {
  version: string;
  packages: Record<string, { version: string }>;
}

it('openapi.json is without fault', () => {
  expect(faultsOf(document())).toEqual([]);
});

/** Two routes are enough to spoil, and quickly checked. */
function sample(): ApiDocument {
  const whole = document();
  const { '/user/me': me, '/chatroom/{id}/message': message } = whole.paths;
  const paths = { '/user/me': { get: me!.get }, '/chatroom/{id}/message': message! };
  const used = namesIn(paths, whole);
  const components = Object.entries(whole.components).map(([section, parts]) => [
    section,
    Object.fromEntries(
      Object.entries(parts).filter(
        ([name]) => section === 'securitySchemes' || used.has(`${section}/${name}`),
      ),
    ),
  ]);
  return { ...whole, paths, components: Object.fromEntries(components) as ApiDocument['components'] };
}

/** All that is referenced from there, and from what is referenced. */
function namesIn(part: unknown, whole: ApiDocument, found = new Set<string>()): Set<string> {
  for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/([^"]+)"/g)) {
    if (found.has(name!)) continue;
    const [section, key] = name!.split('/') as [keyof ApiDocument['components'], string];
    namesIn(whole.components[section]![key], whole, found.add(name!));
  }
  return found;
}

const send = (d: ApiDocument): ApiOperation => d.paths['/chatroom/{id}/message']!.post!;
/** What stands there, or where the reference leads to. */
const at = <T extends { $ref?: string }>(d: ApiDocument, one: T): T => {
  const [section, name] = one.$ref?.split('/').slice(2) ?? [];
  return name === undefined
    ? one
    : (d.components as never as Record<string, Record<string, T>>)[section!]![name]!;
};
const answer = (d: ApiDocument, status: string): ApiResponse => at(d, send(d).responses[status]!);
const parameter = (d: ApiDocument, name: string) =>
  send(d)
    .parameters!.map((one) => at(d, one))
    .find((one) => one.name === name)!;
const body = (response: ApiResponse) => Object.values(response.content!)[0]!;

const location = (d: ApiDocument) => d.components.headers['Location']!;

/** Every fault, or why nothing more can be told. */
function all(d: ApiDocument): string {
  try {
    return faultsOf(d).join('\n');
  } catch (error) {
    return (error as Error).message;
  }
}

it('the sample is without fault', () => {
  expect(faultsOf(sample())).toEqual([]);
});

it.each<[string, (d: ApiDocument) => unknown, RegExp]>([
  ['no summary', (d) => delete send(d).summary, /required property 'summary'/],
  ['no tag', (d) => (send(d).tags = []), /tags must NOT have fewer/],
  ['an unknown tag', (d) => (send(d).tags = ['Odds']), /tag Odds is not described/],
  ['an operationId used twice', (d) => (send(d).operationId = 'getMe'), /getMe is used twice/],
  ['an operationId of another form', (d) => (send(d).operationId = 'Send_it'), /operationId must match/],
  ['a parameter without description', (d) => delete parameter(d, 'id').description, /'description'/],
  ['a path parameter left out', (d) => (send(d).parameters = []), /\{id\} is not described/],
  ['an unknown security scheme', (d) => (send(d).security = [{ key: [] }]), /security scheme key/],
  ['nothing said of security', (d) => delete send(d).security, /'security'/],
  [
    'a request without example',
    (d) => delete body(send(d).requestBody as never).example,
    /request has no exam/,
  ],
  ['an example that is refused', (d) => (body(send(d).requestBody as never).example = {}), /'content'/],
  ['a success without example', (d) => delete body(answer(d, '202')).example, /202 has no example/],
  ['a success without body', (d) => delete answer(d, '202').content, /202 describes no body/],
  ['an error left out', (d) => delete send(d).responses['413'], /no answer 413/],
  ['an error without example', (d) => delete body(answer(d, '429')).examples, /429 has no example/],
  ['an error of another form', (d) => (answer(d, '500').content = answer(d, '202').content), /500 is no app/],
  [
    'a code left out',
    (d) => delete body(answer(d, '401')).examples!['token_expired'],
    /not show token_expired/,
  ],
  ['no Retry-After', (d) => delete answer(d, '503').headers!['Retry-After'], /503 has no header Retry-After/],
  ['no Location', (d) => delete answer(d, '201').headers!['Location'], /201 has no header Location/],
  [
    'an optional header with an example',
    (d) => (parameter(d, 'Prefer').example = 'wait=9'),
    /Prefer has an exa/,
  ],
  [
    'an error described in place',
    (d) => (send(d).responses['413'] = answer(d, '413')),
    /responses\/413 must have required property '\$ref'/,
  ],
  [
    'a header described in several places',
    (d) => {
      for (const status of ['201', '202']) answer(d, status).headers!['Location'] = { ...location(d) };
    },
    /described in several places: Location/,
  ],
  [
    'a reference that leads nowhere',
    (d) => delete d.components.responses!['NotFound'],
    /nothing under #\/components\/responses\/NotFound/,
  ],
  [
    'what is used nowhere',
    (d) => (d.components.parameters!['Limit'] = document().components.parameters!['Limit']!),
    /parameters\/Limit is used nowhere/,
  ],
  [
    'two media types',
    (d) => (answer(d, '201').content = { 'text/event-stream': body(answer(d, '202')) }),
    /answers text\/event-stream and application\/json/,
  ],
  [
    '3.0 nullability',
    (d) => (d.components.schemas['MessageDto']!.nullable = true),
    /unknown keyword: "nullable"/,
  ],
  ['an unknown format', (d) => (d.components.schemas['MessageDto']!.format = 'id'), /unknown format/],
  ['a closed answer', (d) => (d.components.schemas['MessageDto']!.additionalProperties = false), /is closed/],
  [
    'an open request',
    (d) => delete d.components.schemas['SendMessageDto']!.additionalProperties,
    /not closed/,
  ],
  [
    'a field of no meaning',
    (d) => ((d as never as { swagger: string }).swagger = '2.0'),
    /additional properties/,
  ],
])('%s is a fault', (_, spoil, fault) => {
  const spoilt = sample();
  spoil(spoilt);
  expect(all(spoilt)).toMatch(fault);
});
