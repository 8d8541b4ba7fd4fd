import { setTimeout as pause } from 'node:timers/promises';
import type { Coverage } from '../coverage.js';
import type { Document, Operation } from '../document.js';
import { curlOf, shown, type Findings } from '../findings.js';
import { answerFaults, HEADERS_TOO_LARGE, type Fault } from '../oracles/answers.js';
import { forbiddenBy } from '../oracles/requests.js';
import type { WireAnswer, WireRequest } from '../requests/wire.js';
import type { Target } from './target.js';

/** Known properties of a request before its response. */
export interface Known {
  /** Null if the method or path is not in the document. */
  operation: Operation | null;
  /** True if the caller is in order: a live token, and only own ids. */
  isEntitled: boolean;
  /** True if no request may succeed with this token. */
  isOutsider: boolean;
}

/** Codes that depend on meaning: no schema knows whether a password is set, or the current time. */
const MEANT = ['changePassword: current_password required', 'grantPro: until out_of_range'];

/**
 * Codes on which document and product must agree; others (an invalid number, a price that is not sold) are beyond a
 * schema.
 */
const STRUCTURAL = new Set([
  'too_long',
  'too_short',
  'invalid_type',
  'required',
  'out_of_range',
  'invalid_characters',
]);

/**
 * Pauses before a request that got 503 is repeated. On a busy machine the product's own time limits pass (2 s for
 * Stripe); nothing else is down here, so a repeat must get another response. The report counts them.
 */
const BUSY_PAUSES_MS = [1000, 2000, 4000, 8000, 15_000];

export interface Judged {
  answer: WireAnswer;
  faults: Fault[];
  /** True if it was sent more than once, so that its effect may exist already. */
  wasBusy: boolean;
}

/** Sends the requests of one sequence, and checks every response by the oracles. */
export class Sender {
  constructor(
    readonly target: Target,
    readonly document: Document,
    private readonly findings: Findings,
    private readonly coverage: Coverage,
    private readonly sequence: number,
  ) {}

  async send(request: WireRequest, known: Known): Promise<Judged> {
    for (let tries = 0; ; tries += 1) {
      const answer = await this.target.wire.send(request);
      this.coverage.note(known.operation?.id ?? 'no operation', answer.status, answer.durationMs);
      const faults = this.judge(request, known, answer);
      const isUnavailable = answer.status === 503 && answer.body?.code === 'unavailable';
      // A 503 that is known to persist is not waited for again.
      if (
        !isUnavailable ||
        tries === BUSY_PAUSES_MS.length ||
        faults.some((fault) => this.findings.has(fault))
      )
        return { answer, faults, wasBusy: tries > 0 };
      this.coverage.busy += 1;
      await pause(BUSY_PAUSES_MS[tries]);
    }
  }

  report(faults: Fault[], request: WireRequest, answer: WireAnswer, how = ''): void {
    for (const { oracle, kind, detail } of faults)
      this.findings.add({
        oracle,
        kind,
        detail: `${detail}${how && ` (${how})`} → ${shown(answer)}`,
        sequence: this.sequence,
        curl: curlOf(this.target.wire.url, request),
      });
  }

  /** A finding about more than one response. */
  note(fault: Fault): void {
    this.findings.add({ ...fault, sequence: this.sequence });
  }

  /** Counts a packet and its response. */
  countRaw(status: number): void {
    this.coverage.raw += 1;
    this.coverage.note('raw packet', status, 0);
  }

  countCompared(): void {
    this.coverage.compared += 1;
  }

  private judge(request: WireRequest, known: Known, answer: WireAnswer): Fault[] {
    const { isEntitled, isOutsider } = known;
    // Raised before routing: it is no response of the operation.
    const operation = answer.status === HEADERS_TOO_LARGE ? null : known.operation;
    const faults = answerFaults(this.document, operation, request, answer);
    if (!operation || answer.status === 0) return faults;
    const forbidden = forbiddenBy(this.document, operation, request);
    if (forbidden !== null) this.coverage.forbidden += 1;
    const isTaken = answer.status >= 200 && answer.status < 300;
    if (isTaken && forbidden !== null)
      faults.push({ oracle: 'taken', kind: `${operation.id}: ${forbidden}`, detail: forbidden });
    if (isTaken && isOutsider && !operation.isOpen)
      faults.push({
        oracle: 'taken',
        kind: `${operation.id} lets an outsider in`,
        detail: 'the token is not good',
      });
    if (forbidden === null && isEntitled) faults.push(...refusals(operation, answer));
    return faults;
  }
}

/** An allowed request may fail for its meaning, never for its form. */
function refusals({ id, body: taken, parameters }: Operation, { status, body }: WireAnswer): Fault[] {
  const declared = [...Object.keys(taken?.schema.properties ?? {}), ...parameters.map(({ name }) => name)];
  const errors = ((body as { errors?: { field: string; code: string }[] } | undefined)?.errors ?? [])
    // Strict lists refuse unknown parameters.
    .filter(({ field, code }) => STRUCTURAL.has(code) && declared.includes(field))
    .map(({ field, code }) => `${field} ${code}`);
  const codes = status === 400 ? errors : [];
  if (body?.code === 'malformed_json' || [405, 413].includes(status)) codes.push(String(body?.code));
  const formal = codes.filter((code) => !MEANT.includes(`${id}: ${code}`));
  return formal.map((code) => ({
    oracle: 'refused',
    kind: `${id}: ${code}`,
    detail: `the document allows it: ${code}`,
  }));
}
