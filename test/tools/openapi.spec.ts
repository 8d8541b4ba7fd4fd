import { readFileSync } from 'node:fs';
import type { ApiDocument, ApiOperation, ApiResponse } from '../../src/platform/openapi/api-document.js';
import { faultsOf } from '../support/openapi-rules.js';

const committed = readFileSync('openapi.json', 'utf8');
const document = () => JSON.parse(committed) as ApiDocument;

it('openapi.json is without fault', () => {
  expect(faultsOf(document())).toEqual([]);
});

/** Two routes are enough to spoil, and quickly checked. */
function sample(): ApiDocument {
  const whole = document();
  const { '/user/me': me, '/chatroom/{id}/message': message } = whole.paths;
  const schemas = Object.entries(whole.components.schemas).filter(([name]) =>
    /^(User|SendMessage|Sent|Message|ReplyError|TokenUsage|Problem|FieldProblem)Dto$/.test(name),
  );
  return {
    ...whole,
    paths: { '/user/me': { get: me!.get }, '/chatroom/{id}/message': message! },
    components: { ...whole.components, schemas: Object.fromEntries(schemas) },
  };
}

const send = (d: ApiDocument): ApiOperation => d.paths['/chatroom/{id}/message']!.post!;
const answer = (d: ApiDocument, status: string): ApiResponse => send(d).responses[status]!;
const body = (response: ApiResponse) => Object.values(response.content!)[0]!;

it('the sample is without fault', () => {
  expect(faultsOf(sample())).toEqual([]);
});

it.each<[string, (d: ApiDocument) => unknown, RegExp]>([
  ['no summary', (d) => delete send(d).summary, /required property 'summary'/],
  ['no tag', (d) => (send(d).tags = []), /tags must NOT have fewer/],
  ['an unknown tag', (d) => (send(d).tags = ['Odds']), /tag Odds is not described/],
  ['an operationId used twice', (d) => (send(d).operationId = 'getMe'), /getMe is used twice/],
  ['an operationId of another form', (d) => (send(d).operationId = 'Send_it'), /operationId must match/],
  ['a parameter without description', (d) => delete send(d).parameters![0]!.description, /'description'/],
  ['a path parameter left out', (d) => send(d).parameters!.shift(), /\{id\} is not described/],
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
  expect(faultsOf(spoilt).join('\n')).toMatch(fault);
});
