import type { WireAnswer, WireRequest } from '../requests/wire.js';
import type { Fault } from './answers.js';

/** Headers that differ between requests in any case. */
const OWN_MARKS = new Set(['x-request-id', 'date', 'ratelimit', 'connection', 'keep-alive']);

/** Differences between the answers for a foreign id and for an unknown id. */
export function differences(
  name: string,
  [request, foreign]: [WireRequest, WireAnswer],
  [nobodys, unknown]: [WireRequest, WireAnswer],
): Fault[] {
  const fault = (kind: string, detail: string): Fault => ({
    oracle: 'foreign',
    kind: `${name}: ${kind}`,
    detail,
  });
  if (foreign.status !== unknown.status)
    return [
      fault('another status', `${foreign.status} for a foreign id, ${unknown.status} for an unknown one`),
    ];
  // Generated ids grow with their number, and are part of the body.
  const isAsLong =
    foreign.headers.get('x-request-id')?.length === unknown.headers.get('x-request-id')?.length;
  const [one, other] = [headersOf(foreign, isAsLong), headersOf(unknown, isAsLong)];
  if (one !== other) return [fault('other headers', `${one} is not ${other}`)];
  const [text, otherText] = [bare(foreign.text, request), bare(unknown.text, nobodys)];
  return text === otherText
    ? []
    : [fault('another body', `${text.slice(0, 300)} is not ${otherText.slice(0, 300)}`)];
}

const headersOf = ({ headers }: WireAnswer, withLength: boolean): string =>
  JSON.stringify(
    [...headers].filter(([name]) => !OWN_MARKS.has(name) && (withLength || name !== 'content-length')),
  );

/** Without the path and the request id, which are the request's own. */
function bare(text: string, { path }: WireRequest): string {
  return text
    .replaceAll(JSON.stringify(path.split('?', 1)[0]!), '"path"')
    .replace(/"request_id":"[^"]*"/, '"request_id":""');
}
