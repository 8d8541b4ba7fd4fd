import type { FormHash } from './form.js';

/** A call that the API received. Never its key. */
export interface StripeCall {
  id: number;
  method: string;
  /** Without the query. */
  path: string;
  /** The route: `/v1/subscriptions/:id`. */
  route: string;
  params: FormHash;
  idempotencyKey: string | null;
  startedAt: Date;
  endedAt: Date | null;
  /** Null while it is not answered, and where it never was. */
  status: number | null;
  /** Was it answered from memory, by its Idempotency-Key? */
  replayed: boolean;
}

type Waiter = { predicate: (call: StripeCall) => boolean; resolve: (call: StripeCall) => void };

/** Keeps the newest calls, and notifies callers that wait for one. */
export class StripeCallLog {
  private readonly entries: StripeCall[] = [];
  private readonly waiters = new Set<Waiter>();
  private count = 0;

  constructor(private readonly size: number) {}

  get calls(): readonly StripeCall[] {
    return this.entries;
  }

  open(fields: Pick<StripeCall, 'method' | 'path' | 'route' | 'params' | 'idempotencyKey'>): StripeCall {
    this.count += 1;
    const call: StripeCall = {
      ...fields,
      id: this.count,
      startedAt: new Date(),
      endedAt: null,
      status: null,
      replayed: false,
    };
    this.entries.push(call);
    if (this.entries.length > this.size) this.entries.shift();
    this.tell(call);
    return call;
  }

  update(call: StripeCall, change: Partial<StripeCall>): void {
    Object.assign(call, change);
    this.tell(call);
  }

  /** Resolves with the first call, past or future, that satisfies the predicate. */
  waitFor(predicate: (call: StripeCall) => boolean): Promise<StripeCall> {
    const found = this.entries.find(predicate);
    if (found) return Promise.resolve(found);
    return new Promise((resolve) => this.waiters.add({ predicate, resolve }));
  }

  clear(): void {
    this.entries.length = 0;
  }

  private tell(call: StripeCall): void {
    for (const waiter of this.waiters) {
      if (!waiter.predicate(call)) continue;
      this.waiters.delete(waiter);
      waiter.resolve(call);
    }
  }
}
