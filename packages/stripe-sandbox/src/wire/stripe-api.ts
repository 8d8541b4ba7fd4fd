import type { Clock } from '../clock.js';
import { StripeAccount, type Cause } from '../billing/stripe-account.js';
import type { ApiRoute } from '../routes/api-route.js';
import { forgetOld } from '../state/forget-old.js';
import type { StripeState, WaitingScript } from '../state/stripe-state.js';
import type { StripeStore } from '../state/stripe-store.js';
import { expand } from './expand.js';
import type { FormHash } from './form.js';
import { earlierAnswer, forgetUnfinished, remember } from './idempotency.js';
import { KeptRefusal } from './kept-refusal.js';
import { readExpand } from './params.js';
import { StripeApiError } from './stripe-api.error.js';
import { takeScript } from './stripe-script.js';

/** A request, read. */
export interface ApiRequest {
  requestId: string;
  route: ApiRoute;
  /** The `:id` of the path. */
  id: string;
  /** Without the query. */
  path: string;
  params: FormHash;
  /** Only for POST: other methods are repeatable anyway. */
  idempotencyKey: string | null;
}

/** An answer, written. */
export interface ApiAnswer {
  status: number;
  body: string;
  replayed: boolean;
}

/** A response, or a script that determines the fate of the request; with `after` both. */
export interface Step {
  answer: ApiAnswer | null;
  script: WaitingScript | null;
}

/** Dependencies of the API. */
export interface ApiAccount {
  store: StripeStore;
  clock: Clock;
  pagesUrl: () => string;
}

/** One request on the sandbox's state. */
export class ApiCall {
  private readonly fingerprint: string;

  constructor(
    private readonly account: ApiAccount,
    private readonly request: ApiRequest,
  ) {
    this.fingerprint = `${request.route.method} ${request.path} ${JSON.stringify(request.params)}`;
  }

  /** Takes the script for this request, if there is one, and does the work unless the script says otherwise. */
  async begin(): Promise<Step> {
    const { path, route } = this.request;
    const step = route.method === 'GET' ? await this.look() : null;
    if (step) return step;
    return this.change((state) => {
      const script = takeScript(state, route.method, [path, route.path]);
      if (script && script.outcome !== 'after') {
        this.hold(state, script);
        return { answer: null, script };
      }
      return { answer: this.answer(state), script };
    });
  }

  /** Does the work that a slow answer was waiting for. */
  async finish(): Promise<ApiAnswer> {
    const { idempotencyKey: key } = this.request;
    const { answer } = await this.change((state) => {
      if (key !== null) forgetUnfinished(state, key);
      return { answer: this.answer(state), script: null };
    });
    return answer!;
  }

  /** Most requests only read. While scripts wait, taking one is a change. */
  private look(): Promise<Step | null> {
    return this.orError(
      this.account.store.read((state) =>
        state.scripts.length > 0 ? null : { answer: this.answer(state), script: null },
      ),
    );
  }

  /** An error leaves no trace, so it is made outside of the change. */
  private change(fn: (state: StripeState) => Step): Promise<Step> {
    return this.orError(this.account.store.transact(fn));
  }

  private async orError<T>(step: Promise<T>): Promise<T | Step> {
    try {
      return await step;
    } catch (error) {
      if (!(error instanceof StripeApiError)) throw error;
      return { answer: { ...written(error.status, error.toBody()), replayed: false }, script: null };
    }
  }

  /** Makes the running request visible to a second one with the same key. */
  private hold(state: StripeState, { outcome }: WaitingScript): void {
    const { idempotencyKey: key } = this.request;
    if (key === null || outcome !== 'slow') return;
    const at = this.nowSeconds;
    if (earlierAnswer(state, key, this.fingerprint, at) === null)
      remember(state, { key, fingerprint: this.fingerprint, at, answer: null });
  }

  private answer(state: StripeState): ApiAnswer {
    const { idempotencyKey: key } = this.request;
    const at = this.nowSeconds;
    const earlier = key === null ? null : earlierAnswer(state, key, this.fingerprint, at);
    if (earlier) return { ...earlier, replayed: true };
    const answer = this.work(state);
    if (key !== null) remember(state, { key, fingerprint: this.fingerprint, at, answer });
    if (this.request.route.method !== 'GET') forgetOld(state, at);
    return { ...answer, replayed: false };
  }

  private work(state: StripeState): { status: number; body: string } {
    const { route, id, params, requestId, idempotencyKey } = this.request;
    const { expand: paths = [], ...own } = params;
    const action = route.read(own, id);
    const cause: Cause = { id: requestId, idempotency_key: idempotencyKey };
    const account = new StripeAccount({
      state,
      nowMs: this.account.clock.now().getTime(),
      cause,
      pagesUrl: this.account.pagesUrl,
    });
    const object = action(account);
    if (object instanceof KeptRefusal) return written(object.error.status, object.error.toBody());
    return written(200, expand(object, readExpand(paths), state));
  }

  private get nowSeconds(): number {
    return Math.floor(this.account.clock.now().getTime() / 1000);
  }
}

/** Stripe indents its JSON too: a verifier that re-serialises the body fails here as it does there. */
export const written = (status: number, object: object): { status: number; body: string } => ({
  status,
  body: JSON.stringify(object, null, 2),
});
