import { nameOf, succeeded, type Call, type Operation } from './call.js';
import { fillsAfter, parsed, type Fill } from './fills.js';
import { FormFiller } from './form-filler.js';
import { hintAfter, TOUR, type Hint, type Step } from './guide.js';
import type { Session } from './session.js';
import type { Spec, SwaggerResponse, System } from './swagger-system.js';

declare const document: { getElementById: (id: string) => { scrollIntoView: () => void } | null };
declare const sessionStorage: {
  getItem: (key: string) => string | null;
  setItem: (key: string, value: string) => void;
};

/**
 * Key of the kept values in sessionStorage: they survive a reload, in this tab only, like the token; a refresh token is
 * never kept.
 */
const STORED = 'tour';

/** Carries values of each response to later requests, and knows the next step. */
export class Tour {
  private readonly filler: FormFiller;
  private readonly operations: Operation[];
  private readonly kept = new Map<string, Fill>();
  private readonly done = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly hints = new Map<string, Hint | null>();
  private readonly watchers = new Set<() => void>();

  constructor(
    private readonly system: System,
    private readonly spec: Spec,
    private readonly session: Session,
  ) {
    this.filler = new FormFiller(system, spec);
    this.operations = Object.entries(spec.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ method, path })),
    );
    const stored = parsed(sessionStorage.getItem(STORED));
    for (const fill of Array.isArray(stored) ? (stored as Fill[]) : []) this.keep(fill);
  }

  /** Called with every response, before it is shown. */
  answered(path: string, method: string, response: SwaggerResponse): void {
    const { status = 0, obj } = response.err?.response ?? response;
    const sent = parsed(this.system.oas3Selectors.requestBodyValue(path, method));
    const call: Call = { method, path, status, sent, answer: obj ?? null };
    this.hints.set(nameOf(call), hintAfter(call));
    if (succeeded(call)) {
      this.done.add(nameOf(call));
      this.session.learn(obj);
      if (nameOf(call) === 'POST /auth/logout') this.session.end();
    }
    for (const fill of fillsAfter(call, this.operations)) this.keep(fill);
    const stored = [...this.kept.values()].filter(({ name }) => name !== 'refresh_token');
    sessionStorage.setItem(STORED, JSON.stringify(stored));
    for (const watcher of this.watchers) watcher();
  }

  hintFor = (operation: Operation): Hint | null => this.hints.get(nameOf(operation)) ?? null;
  isDone = (operation: Operation): boolean => this.done.has(nameOf(operation));
  /** The groups of steps that this API has: without billing there is no group for Pro. */
  readonly groups = () =>
    TOUR.map(({ title, steps }) => ({ title, steps: steps.filter((step) => this.operationOf(step)) })).filter(
      ({ steps }) => steps.length > 0,
    );

  /** Opens an operation and scrolls to it. */
  show(step: Step): void {
    const operation = this.operationOf(step);
    if (!operation) return;
    const { tags, operationId } = operation;
    // The system passed to a plugin lacks the plugin's own wrappers.
    const { layoutActions } = this.system.getSystem();
    layoutActions.show(['operations-tag', tags[0]!], true);
    layoutActions.show(['operations', tags[0]!, operationId], true);
    document.getElementById(`operations-${tags[0]!}-${operationId}`)?.scrollIntoView();
  }

  /** @returns a function that stops watching */
  watch(onChange: () => void): () => void {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  }

  /**
   * Called before an operation opens. Each fill redraws Swagger UI, so fields are filled only when they become visible.
   */
  opened(operationId: string): void {
    const operation = this.operations.find(
      ({ path, method }) => this.spec.paths[path]![method]!.operationId === operationId,
    );
    if (!operation) return;
    this.seen.add(nameOf(operation));
    for (const fill of this.kept.values()) if (nameOf(fill) === nameOf(operation)) this.filler.fill(fill);
  }

  private keep(fill: Fill): void {
    this.kept.set([fill.method, fill.path, fill.name].join(' '), fill);
    if (this.seen.has(nameOf(fill))) this.filler.fill(fill);
  }

  private operationOf = ({ method, path }: Operation) => this.spec.paths[path]?.[method];
}
