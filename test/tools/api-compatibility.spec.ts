import { readFileSync } from 'node:fs';
import { breakingChanges } from '../../scripts/api-compatibility/breaking-changes.js';
import type { ApiDocument, ApiOperation } from '../../src/platform/openapi/api-document.js';
import type { Schema } from '../../src/platform/openapi/schema.js';

const committed = readFileSync('openapi.json', 'utf8');
const document = () => JSON.parse(committed) as ApiDocument;

const send = (d: ApiDocument): ApiOperation => d.paths['/chatroom/{id}/message']!.post!;
const named = (d: ApiDocument, name: string): Schema => d.components.schemas[name]!;
const property = (d: ApiDocument, schema: string, name: string): Schema =>
  named(d, schema).properties![name]!;

it('a document has no breaking changes since itself', () => {
  expect(breakingChanges(document(), document())).toEqual([]);
});

it.each<[string, (d: ApiDocument) => unknown, string]>([
  ['a route', (d) => delete d.paths['/user/me']!.get, 'GET /user/me: is gone'],
  ['an operationId', (d) => (send(d).operationId = 'post'), 'is called post and no longer sendMessage'],
  ['an open route', (d) => (d.paths['/auth/login']!.post!.security = [{ bearer: [] }]), 'needs a token'],
  ['a status', (d) => delete send(d).responses['201'], 'never answers 201'],
  ['a media type', (d) => (send(d).responses['201']!.content = {}), '201: application/json is gone'],
  [
    'a header',
    (d) => delete send(d).responses['202']!.headers!['Location'],
    '202: the header Location is gone',
  ],
  [
    'a header that was always there',
    (d) => (d.components.headers['Location']!.required = false),
    'the header Location is no longer always there',
  ],
  ['a field of answers', (d) => delete named(d, 'MessageDto').properties!['seq'], '202.message.seq: is gone'],
  [
    'a field that was always there',
    (d) => (named(d, 'MessageDto').required = ['id']),
    '202.message.seq: is no longer always there',
  ],
  ['a type', (d) => (property(d, 'MessageDto', 'seq').type = 'string'), '202.message.seq: may now be string'],
  ['null', (d) => (property(d, 'MessageDto', 'seq').type = ['integer', 'null']), 'seq: may now be null'],
  [
    'a format',
    (d) => delete property(d, 'MessageDto', 'created_at').format,
    'created_at: its format is another',
  ],
  ['a word', (d) => property(d, 'MessageDto', 'role').enum!.shift(), '202.message.role: "user" is gone'],
  ['an event', (d) => named(d, 'StreamEvent').oneOf!.pop(), '200: DoneEvent is gone'],
  [
    'a field of an event',
    (d) => delete named(d, 'DeltaEvent').properties!['text'],
    '200 (DeltaEvent).text: is gone',
  ],
  [
    'a field of requests',
    (d) => delete named(d, 'SendMessageDto').properties!['content'],
    'body.content: is gone',
  ],
  [
    'a field that may be left out',
    (d) => (named(d, 'SignUpDto').required = ['mobile_number', 'email']),
    'body.email: is now required',
  ],
  [
    'a length',
    (d) => (property(d, 'SendMessageDto', 'content').maxLength = 100),
    'content: maxLength is stricter',
  ],
  ['a parameter', (d) => send(d).parameters!.splice(1, 1), 'is gone'],
  [
    'an optional parameter',
    (d) => (d.components.parameters!['Cursor']!.required = true),
    'query cursor: is now',
  ],
  [
    'a bound of a parameter',
    (d) => (d.components.parameters!['Limit']!.schema.maximum = 50),
    'maximum is stricter',
  ],
  [
    'a body that may be left out',
    (d) => (d.paths['/chatroom']!.post!.requestBody!.required = true),
    'needs a body',
  ],
])('%s that clients rely on may not go', (_, spoil, change) => {
  const spoilt = document();
  spoil(spoilt);
  expect(breakingChanges(document(), spoilt).join('\n')).toContain(change);
});

it.each<[string, (d: ApiDocument) => unknown]>([
  ['a route', (d) => delete d.paths['/user/me']],
  ['a field of answers', (d) => delete named(d, 'MessageDto').properties!['seq']],
  ['an optional field of requests', (d) => delete named(d, 'SignUpDto').properties!['email']],
  ['a word', (d) => property(d, 'MessageDto', 'status').enum!.shift()],
  ['an event', (d) => named(d, 'StreamEvent').oneOf!.pop()],
  ['an error', (d) => delete send(d).responses['429']],
  ['an optional parameter', (d) => delete d.components.parameters!['Cursor'] && dropCursors(d)],
])('%s may come', (_, without) => {
  const before = document();
  without(before);
  expect(breakingChanges(before, document())).toEqual([]);
});

function dropCursors({ paths }: ApiDocument): void {
  for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods)))
    operation.parameters = operation.parameters?.filter(({ $ref }) => !$ref?.endsWith('/Cursor'));
}
