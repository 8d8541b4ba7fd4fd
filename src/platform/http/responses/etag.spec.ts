import { ETAG_LENGTH, etagOf, namesEtag } from './etag.js';

const etag = etagOf('{"data":[]}');

it('equal bodies have equal tags, different bodies have different ones, all of one length', () => {
  expect(etagOf('{"data":[]}')).toBe(etag);
  expect(etagOf('{"data":[1]}')).not.toBe(etag);
  expect(etag).toHaveLength(ETAG_LENGTH);
});

it.each([
  ['the tag itself', etag, true],
  ['the tag as a strong one', etag.slice(2), true],
  ['one of a list', `"other", ${etag}, W/"third"`, true],
  ['any', '*', true],
  ['another tag', 'W/"other"', false],
  ['no header', undefined, false],
  ['an empty one', '', false],
  ['the tag without its quotes', etag.slice(3, -1), false],
])('If-None-Match with %s', (_, header, named) => {
  expect(namesEtag(header, etag)).toBe(named);
});
