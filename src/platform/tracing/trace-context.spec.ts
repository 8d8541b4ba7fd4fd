import { formatTraceparent, parseTraceparent } from './trace-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

it.each([
  [`00-${TRACE}-${SPAN}-01`, 1],
  [`00-${TRACE}-${SPAN}-00`, 0],
  // Unknown flags are not passed on.
  [`00-${TRACE}-${SPAN}-ff`, 1],
  // A later version may have more fields.
  [`cc-${TRACE}-${SPAN}-01-what-comes-later`, 1],
])('%s is a context', (text, traceFlags) => {
  const context = parseTraceparent(text);
  expect(context).toEqual({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true });
  expect(formatTraceparent(context!)).toBe(`00-${TRACE}-${SPAN}-0${traceFlags}`);
});

it.each([
  undefined,
  '',
  ['a', 'b'],
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01`.padEnd(100_000, 'x'),
  ` 00-${TRACE}-${SPAN}-01`,
])('a malformed traceparent is none: %j', (text) => {
  expect(parseTraceparent(text)).toBeNull();
});
