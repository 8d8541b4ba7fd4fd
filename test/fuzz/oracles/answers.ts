import { expectDescribed } from '../../support/openapi.js';
import type { Document, Operation } from '../document.js';
import type { Oracle } from '../findings.js';
import type { WireAnswer, WireRequest } from '../requests/wire.js';

export interface Fault {
  oracle: Oracle;
  kind: string;
  detail: string;
}

/**
 * Generous, because the machine may be busy: a longer request is a hang or a quadratic loop. Streams are cut after 2 s; a
 * request that prefers to wait for its reply may take that much longer.
 */
const SLOWEST_MS = 15_000;
const PREFERRED_WAIT = /\bwait=(\d{1,3})/;
/** These respond after the Stripe sandbox has delivered all due events, of every sequence. */
const SETTLING = ['advanceSandboxClock', 'releaseSandboxStripeWebhooks', 'actInSandboxStripe'];

export const HEADERS_TOO_LARGE = 431;

/** Headers of every response, or of the protocol, which no operation describes. */
const STANDARD = new Set(
  (
    'date connection keep-alive transfer-encoding content-length content-type content-encoding cache-control vary sandbox ' +
    'x-content-type-options content-security-policy referrer-policy x-request-id x-accel-buffering ' +
    // Headers of browsers and HTML pages.
    'access-control-allow-origin access-control-expose-headers x-frame-options cross-origin-opener-policy ' +
    // Of an event stream that the AI SDK reads.
    'x-vercel-ai-ui-message-stream'
  ).split(' '),
);

/** The faults of one response by itself. */
export function answerFaults(
  document: Document,
  operation: Operation | null,
  request: WireRequest,
  answer: WireAnswer,
): Fault[] {
  const name = operation?.id ?? 'no operation';
  if (answer.status === 0)
    return [{ oracle: 'server', kind: `${name} gives no answer`, detail: answer.broken ?? 'nothing came' }];
  const faults: Fault[] = [];
  if (answer.status >= 500)
    faults.push({
      oracle: 'server',
      kind: `${name} answers ${answer.status}`,
      detail: String(answer.body?.code),
    });
  if (answer.broken)
    faults.push({ oracle: 'server', kind: `${name} is ${answer.broken}`, detail: answer.broken });
  const undescribed = describedFault(request, answer);
  if (undescribed !== null) faults.push({ oracle: 'document', kind: undescribed, detail: undescribed });
  if (operation && request.method === operation.method)
    for (const fault of headerFaults(document, operation, answer))
      faults.push({ oracle: 'document', kind: `${name} ${answer.status}: ${fault}`, detail: fault });
  if (answer.durationMs > SLOWEST_MS + preferredWaitMs(request) && !SETTLING.includes(name))
    faults.push({ oracle: 'cost', kind: `${name} is slow`, detail: `${Math.round(answer.durationMs)} ms` });
  return faults;
}

function preferredWaitMs({ headers }: WireRequest): number {
  const prefer = headers.find(([name]) => name === 'prefer')?.[1] ?? '';
  const [, seconds = '0'] = PREFERRED_WAIT.exec(prefer) ?? [];
  return Number(seconds) * 1000;
}

/** The check of every e2e test. A response that the fuzzer has cut has no body to check. */
function describedFault(request: WireRequest, answer: WireAnswer): string | null {
  const isWhole = !answer.cut || answer.headers.get('content-type')?.startsWith('text/event-stream');
  if (!isWhole || answer.broken) return null;
  try {
    // Raised before routing: no operation describes it, but the error form is required.
    const path = answer.status === HEADERS_TOO_LARGE ? '/no-operation' : plainPath(request.path);
    expectDescribed({ ...answer, method: request.method, path });
    return null;
  } catch (error) {
    const [first = ''] = (error as Error).message.split('\n');
    return first.replace(/^.*?\): /, '');
  }
}

/** Unreserved characters are the same with and without their percent-encoding (RFC 3986 §6.2.2.2). */
const plainPath = (path: string): string =>
  path.replace(/%(?:2d|2e|3[0-9]|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi, (code) =>
    decodeURIComponent(code),
  );

/** Undescribed headers, and values that their schemas refuse. */
function headerFaults(document: Document, operation: Operation, { status, headers }: WireAnswer): string[] {
  const described = operation.headers.get(String(status));
  if (!described) return [];
  return [...headers].flatMap(([name, value]) => {
    const header = described.get(name);
    if (!header) return STANDARD.has(name) ? [] : [`the header ${name} is not described`];
    if (!header.schema) return [];
    const schema = document.resolve(header.schema);
    const isNumber = [schema.type].flat().some((type) => type === 'integer' || type === 'number');
    const fault = document.book.faultOf(schema, isNumber ? Number(value) : value);
    return fault === null ? [] : [`the header ${name}: ${fault}`];
  });
}
