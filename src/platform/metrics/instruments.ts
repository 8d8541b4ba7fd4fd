import type * as prom from 'prom-client';
import type { Config } from '../config/config.js';

/**
 * The values that a label may have: a closed list, a list that the configuration gives, or null where the code bounds them
 * (route templates). A value outside of a list becomes `other`, so that no input can add a series.
 */
export type LabelValues = readonly string[] | ((config: Config) => readonly string[]) | null;

type LabelSpecs = Record<string, LabelValues>;
type NoLabels = Record<string, never>;

/** The value of each label: a closed list is checked by the compiler. */
export type Labels<S extends LabelSpecs> = {
  [L in keyof S]: S[L] extends readonly (infer V)[] ? V : string;
};

const OTHER = 'other';
const SEPARATOR = '\n';

/** Every instrument of the modules that were loaded, by name. */
const DECLARED = new Map<string, Instrument>();

/** Every instrument of the modules that were loaded. */
export const instruments = (): Instrument[] => [...DECLARED.values()];

/** What an instrument needs to begin counting. */
export interface MetricsStart {
  prom: typeof prom;
  registry: prom.Registry;
  config: Config;
}

interface MetricOptions {
  name: string;
  help: string;
  labelNames: string[];
  registers: prom.Registry[];
}

/**
 * One metric with its labels. A feature declares it beside the code that it counts (`<feature>/…/<name>.metrics.ts`).
 *
 * Until {@link start} it does nothing: a process without METRICS_TOKEN does not load prom-client. After it, each
 * combination of labels is bound once and then found by one look-up of a short text.
 */
export abstract class Instrument<S extends LabelSpecs = LabelSpecs, Child = unknown> {
  private readonly names: (keyof S & string)[];
  private allowed: (ReadonlySet<string> | null)[] = [];
  private readonly children = new Map<string, Child>();
  protected isOn = false;

  constructor(
    readonly name: string,
    readonly help: string,
    protected readonly specs: S,
  ) {
    this.names = Object.keys(specs);
    if (DECLARED.has(name)) throw new Error(`two metrics are named ${name}`);
    DECLARED.set(name, this as unknown as Instrument);
  }

  /** Creates the metric. Series that are foreseen exist from now on, with 0: a rate sees their first event. */
  start({ prom, registry, config }: MetricsStart): void {
    this.allowed = this.names.map((label) => {
      const spec: LabelValues = this.specs[label]!;
      const values = typeof spec === 'function' ? spec(config) : spec;
      return values === null ? null : new Set(values);
    });
    this.create(prom, { name: this.name, help: this.help, labelNames: this.names, registers: [registry] });
    this.isOn = true;
    for (const labels of this.foreseenCombinations()) this.begin(this.at(labels as Labels<S>));
  }

  /** The bound child of these labels. To be called after {@link start}. */
  protected at(labels: Labels<S>): Child {
    const key = this.keyOf(labels);
    let child = this.children.get(key);
    if (child === undefined) {
      const bounded = this.names.map((label, index) => this.bounded(index, labels[label] as string));
      const known = bounded.join(SEPARATOR);
      child =
        this.children.get(known) ??
        this.bind(Object.fromEntries(this.names.map((name, at) => [name, bounded[at]!])));
      // Kept under its bounded name alone: an unknown value must not fill the map.
      this.children.set(known, child);
    }
    return child;
  }

  protected abstract create(library: typeof prom, options: MetricOptions): void;
  protected abstract bind(labels: Record<string, string>): Child;
  /** Makes a series visible before its first event. */
  protected begin(child: Child): void {
    void child;
  }

  private keyOf(labels: Labels<S>): string {
    if (this.names.length === 0) return '';
    let key = labels[this.names[0]!] as string;
    for (let at = 1; at < this.names.length; at += 1) key += SEPARATOR + (labels[this.names[at]!] as string);
    return key;
  }

  private bounded(index: number, value: string): string {
    return this.allowed[index]?.has(value) === false ? OTHER : value;
  }

  /**
   * All combinations of labels. None when a label has no list, or when two lists come from the configuration: most
   * combinations of them, a provider with another one's model, never occur.
   */
  private foreseenCombinations(): Record<string, string>[] {
    if (this.allowed.includes(null)) return [];
    if (this.names.filter((name) => typeof this.specs[name] === 'function').length > 1) return [];
    let all: Record<string, string>[] = [{}];
    for (const [at, name] of this.names.entries())
      all = all.flatMap((labels) => [...this.allowed[at]!].map((value) => ({ ...labels, [name]: value })));
    return all;
  }
}

/** A number that only grows. */
export class Counter<S extends LabelSpecs> extends Instrument<S, prom.Counter.Internal> {
  private metric?: prom.Counter;

  inc(labels: Labels<S>, by = 1): void {
    if (this.isOn) this.at(labels).inc(by);
  }

  protected override create(library: typeof prom, options: MetricOptions): void {
    this.metric = new library.Counter(options);
  }

  protected override bind(labels: Record<string, string>): prom.Counter.Internal {
    return this.metric!.labels(labels);
  }

  protected override begin(child: prom.Counter.Internal): void {
    child.inc(0);
  }
}

/** Seconds, in buckets. */
export class Histogram<S extends LabelSpecs> extends Instrument<S, prom.Histogram.Internal<string>> {
  private metric?: prom.Histogram;

  constructor(
    name: string,
    help: string,
    specs: S,
    private readonly buckets: readonly number[],
  ) {
    super(name, help, specs);
  }

  observe(labels: Labels<S>, seconds: number): void {
    if (this.isOn) this.at(labels).observe(seconds);
  }

  /** A function that observes with these labels, for a path on which each look-up counts. */
  bound(labels: Labels<S>): (seconds: number) => void {
    if (!this.isOn) return () => undefined;
    const child = this.at(labels);
    return (seconds) => child.observe(seconds);
  }

  protected override create(library: typeof prom, options: MetricOptions): void {
    this.metric = new library.Histogram({ ...options, buckets: [...this.buckets] });
  }

  protected override bind(labels: Record<string, string>): prom.Histogram.Internal<string> {
    this.metric!.zero(labels);
    return this.metric!.labels(labels);
  }
}

/** A gauge, whatever its labels are. */
export interface Clearable {
  clear(): void;
}

/** A number that goes up and down; also one that is read at the scrape ({@link MetricSources}). */
export class Gauge<S extends LabelSpecs> extends Instrument<S, prom.Gauge.Internal<string>> {
  private metric?: prom.Gauge;

  set(labels: Labels<S>, value: number): void {
    if (this.isOn) this.at(labels).set(value);
  }

  /** Removes all series: the value is not known. */
  clear(): void {
    this.metric?.reset();
    // prom-client keeps a series without labels at 0.
    if (Object.keys(this.specs).length === 0) this.metric?.remove();
  }

  protected override create(library: typeof prom, options: MetricOptions): void {
    this.metric = new library.Gauge(options);
    this.clear();
  }

  protected override bind(labels: Record<string, string>): prom.Gauge.Internal<string> {
    return this.metric!.labels(labels);
  }
}

/** Declares a counter; its name ends in `_total`. */
export const counter = <const S extends LabelSpecs = NoLabels>(
  name: `chat_${string}_total`,
  help: string,
  labels: S = {} as S,
): Counter<S> => new Counter(name, help, labels);

/** Declares a gauge. */
export const gauge = <const S extends LabelSpecs = NoLabels>(
  name: `chat_${string}`,
  help: string,
  labels: S = {} as S,
): Gauge<S> => new Gauge(name, help, labels);

/** Declares a histogram of seconds. */
export const histogram = <const S extends LabelSpecs = NoLabels>(
  name: `chat_${string}_seconds`,
  help: string,
  labels: S,
  buckets: readonly number[],
): Histogram<S> => new Histogram(name, help, labels, buckets);

/** Buckets of what takes milliseconds: statements, hops between processes. */
export const QUICK_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5] as const;
/** Buckets of what a model or an external service takes. */
export const SLOW_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600] as const;
