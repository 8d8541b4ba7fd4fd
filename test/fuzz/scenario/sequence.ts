import fc from 'fast-check';
import type { Operation } from '../document.js';
import { quoted } from '../findings.js';
import { differences } from '../oracles/foreign.js';
import { rawFault } from '../oracles/raw-answers.js';
import { compose, isOrdinary, NOBODYS_ID } from '../requests/compose.js';
import type { Plan } from '../requests/plan.js';
import { rawPacket, sendBytes } from '../requests/raw.js';
import type { WireAnswer, WireRequest } from '../requests/wire.js';
import type { Plans } from '../requests/plans.js';
import { Cast } from './cast.js';
import type { Person } from './person.js';
import type { Sender } from './sender.js';
import { shrunk } from './shrink.js';

/** A journey's request: the journey sets ids and bodies. */
export interface Step {
  ids?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  /** Accepted statuses if no limit is reached; default: any success. */
  expect?: number | number[];
  token?: string;
  cutAfter?: number;
}

/** Ends a journey whose next steps would be pointless: a limit was reached, or a step failed and was reported. */
export class JourneyEnds extends Error {}

/** Generated requests after each request of a journey. */
const MADE_UP = { low: 1, high: 5 };
/** Share of packets that are not HTTP among them. */
const RAW_SHARE = 0.03;
const ODD_TOKENS = 401;

/** One journey, with generated requests between its steps. A seed and a number reproduce the requests. */
export class Sequence {
  private made = 0;

  constructor(
    readonly number: number,
    private readonly seed: number,
    readonly cast: Cast,
    private readonly sender: Sender,
    private readonly plans: Plans,
  ) {}

  /** Sends a step of a journey, reports faults, and sends generated requests after it. */
  async step(caller: Person | null, id: string, step: Step = {}): Promise<WireAnswer> {
    const answer = await this.ask(caller, id, step);
    const count = this.cast.random.between(MADE_UP.low, MADE_UP.high);
    for (let nth = 0; nth < count; nth += 1) await this.makeUp();
    return answer;
  }

  /** The same without generated requests, where the next step must follow at once. */
  async ask(caller: Person | null, id: string, step: Step = {}): Promise<WireAnswer> {
    const operation = this.sender.document.of(id);
    const request = this.stepRequest(operation, caller, step);
    const { answer, faults, wasBusy } = await this.sender.send(request, {
      operation,
      isEntitled: true,
      isOutsider: false,
    });
    this.sender.report(faults, request, answer);
    caller?.learn(operation, request.path, answer);
    const expected = [step.expect ?? [200, 201, 202, 204]].flat();
    if (expected.includes(answer.status)) return answer;
    if (!this.cast.target.isLimited && !wasBusy) {
      const kind = `${id} answers ${answer.status}, not ${expected.join(' or ')}`;
      this.sender.report([{ oracle: 'journey', kind, detail: kind }], request, answer);
    }
    throw new JourneyEnds();
  }

  /** True if the document has this operation. */
  has(id: string): boolean {
    return this.sender.document.operations.some((operation) => operation.id === id);
  }

  /** Sends one generated request or packet. */
  async makeUp(): Promise<void> {
    this.made += 1;
    const seed = mixed(this.seed, this.made);
    if (this.cast.random.chance(RAW_SHARE)) await this.sendPacket(seed);
    else await this.sendPlan(seed);
  }

  private async sendPlan(seed: number): Promise<void> {
    const [plan] = fc.sample(this.plans.any, { seed, numRuns: 1 });
    const operation = this.sender.document.of(plan!.operation);
    const { answer, faults, request } = await this.sent(operation, plan!);
    if (faults.length > 0) {
      const {
        request: small,
        answer: last,
        shrinks,
      } = await shrunk({
        seed,
        plans: this.plans.any,
        isAlike: (found) => faults.some(({ oracle, kind }) => found.oracle === oracle && found.kind === kind),
        send: async (candidate) => this.sent(this.sender.document.of(candidate.operation), candidate),
        first: { answer, faults, request },
      });
      this.sender.report(faults, small, last, `shrunk ${shrinks} times`);
    }
    const { spare } = this.cast;
    if (plan!.actor === 'self' && answer.status === ODD_TOKENS && answer.body?.code === 'session_ended')
      await this.cast.replaceSpare();
    else if (plan!.actor === 'self' && plan!.method === undefined)
      spare.learn(operation, request.path, answer);
    if (plan!.headers.some(([name, value]) => name === 'idempotency-key' && value.startsWith('{{'))) return;
    const key = plan!.headers.find(([name]) => name === 'idempotency-key');
    if (key && answer.status < 300 && operation.id === 'sendMessage') this.cast.key = key[1];
  }

  /** Sends a plan as the spare person; a plan with a foreign id is sent again with an unknown one. */
  private async sent(operation: Operation, plan: Plan) {
    const { spare } = this.cast;
    const fill = await this.cast.fill(operation, spare, plan.actor);
    const known = {
      operation:
        plan.method === undefined && plan.pathForm !== 'double' && plan.pathForm !== 'upper'
          ? operation
          : null,
      isEntitled: isOrdinary(plan),
      isOutsider: plan.actor !== 'self',
    };
    const request = compose(operation, plan, fill);
    const { answer, faults } = await this.sender.send(request, known);
    const isForeign = Object.values(plan.ids).some(({ kind }) => kind === 'foreign');
    // Objects that an admin may read have no owner among the callers.
    if (isForeign && plan.actor === 'self' && !(spare.isAdmin && operation.path.startsWith('/admin/'))) {
      const nobodys = compose(operation, plan, fill, true);
      const { answer: unknown } = await this.sender.send(nobodys, known);
      this.sender.countCompared();
      if (unknown.status !== 429 && answer.status !== 429)
        faults.push(...differences(operation.id, [request, answer], [nobodys, unknown]));
    }
    return { answer, faults, request };
  }

  private async sendPacket(seed: number): Promise<void> {
    const [packet] = fc.sample(rawPacket, { seed, numRuns: 1 });
    const { wire } = this.cast.target;
    const { host, hostname, port } = new URL(wire.url);
    const bytes = packet!.bytes.replaceAll('{host}', host).replaceAll('{token}', this.cast.spare.token);
    const text = await sendBytes(wire.url, bytes);
    this.sender.countRaw(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0));
    const fault = rawFault(text);
    if (fault === null) return;
    this.sender.note({
      oracle: 'raw',
      kind: `${packet!.name}: ${fault}`,
      detail: `${fault}: ${text.slice(0, 300)}\n    printf '%b' ${quoted(bytes.slice(0, 500))} | nc ${hostname} ${port}`,
    });
  }

  private stepRequest(operation: Operation, caller: Person | null, step: Step): WireRequest {
    const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => step.ids?.[name] ?? NOBODYS_ID);
    const query = new URLSearchParams(step.query).toString();
    const body = step.body === undefined ? undefined : Buffer.from(JSON.stringify(step.body));
    const token = step.token ?? caller?.token;
    return {
      method: operation.method,
      path: query ? `${path}?${query}` : path,
      headers: [
        ...this.cast.headers,
        ...(token ? [['authorization', `Bearer ${token}`] as [string, string]] : []),
        ...(body ? [['content-type', 'application/json'] as [string, string]] : []),
        ...Object.entries(step.headers ?? {}),
      ],
      ...(body && { body }),
      ...(step.cutAfter !== undefined && { cutAfter: step.cutAfter }),
    };
  }
}

/** Makes neighbouring seeds give different sequences of numbers. */
export function mixed(seed: number, nth: number): number {
  let state = Math.imul(seed ^ Math.imul(nth + 1, 0x9e3779b1), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
