import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  SpanKind,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { formatTraceparent, parseTraceparent } from './trace-context.js';

/** Null while OTEL_EXPORTER_OTLP_ENDPOINT is not set: then every function here returns at its first line. */
let tracer: Tracer | null = null;

/** Switches spans on (start-tracing.ts). */
export function traceWith(found: Tracer | null): void {
  tracer = found;
}

export const isTracing = (): boolean => tracer !== null;

/** What a span says. Attributes are names, counts and ids as in logs: never a text, a number or a name of a person. */
export interface SpanFacts {
  kind: SpanKind;
  attributes?: Attributes;
  /** A `traceparent` of a row: the span continues that trace; null: it begins a trace. Omitted: it is a child of the active span. */
  parent?: string | null;
  startedAt?: Date;
}

/**
 * Runs work in a span; without tracing it only runs the work.
 * @param facts a function, so that nothing is allocated without tracing
 */
export function traced<T>(
  name: string,
  facts: () => SpanFacts,
  work: (span: Span | null) => Promise<T>,
): Promise<T> {
  return tracer === null ? work(null) : run(tracer, name, facts(), work);
}

async function run<T>(
  by: Tracer,
  name: string,
  facts: SpanFacts,
  work: (span: Span | null) => Promise<T>,
): Promise<T> {
  const parent = facts.parent === undefined ? context.active() : contextOf(facts.parent);
  const span = by.startSpan(name, optionsOf(facts), parent);
  try {
    return await context.with(trace.setSpan(parent, span), work, undefined, span);
  } catch (error) {
    noteError(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** A statement of PostgreSQL, named by its span; without its text or parameters. */
export const statementSpan = (): SpanFacts => ({
  kind: SpanKind.CLIENT,
  attributes: { 'db.system.name': 'postgresql' },
});

/** Starts a span that its caller ends; null without tracing. */
export function startSpan(
  name: string,
  options: SpanOptions,
  parent: Context = context.active(),
): Span | null {
  return tracer === null ? null : tracer.startSpan(name, options, parent);
}

/** Yields what a generator yields, and runs the generator's steps in a span's context. */
export async function* inSpan<T>(span: Span, items: AsyncIterable<T>): AsyncGenerator<T, void> {
  const within = trace.setSpan(context.active(), span);
  const steps = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const step = await context.with(within, () => steps.next());
      if (step.done === true) return;
      yield step.value;
    }
  } finally {
    await context.with(within, async () => steps.return?.());
  }
}

/** The active span, for attributes and events; null without tracing. */
export const activeSpan = (): Span | null => (tracer === null ? null : (trace.getActiveSpan() ?? null));

/** The `traceparent` of the active span, for a row or an outgoing request; null without one. */
export function traceparent(): string | null {
  const span = activeSpan();
  return span === null ? null : formatTraceparent(span.spanContext());
}

/** Fields of a log line that join it with its trace. */
export function traceIds(span: Span | null | undefined = activeSpan()): {
  trace_id?: string;
  span_id?: string;
} {
  if (!span) return {};
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

/** Marks a span as failed, by the kind of the error alone: a message can quote what a person has written. */
export function noteError(span: Span, error: unknown): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.setAttribute('error.type', errorType(error));
}

const KIND = /^[A-Za-z0-9_.]{1,64}$/;

function errorType(error: unknown): string {
  const { kind, code, name } = (error ?? {}) as { kind?: unknown; code?: unknown; name?: unknown };
  const named = [kind, code, name].find((one) => typeof one === 'string' && KIND.test(one));
  return typeof named === 'string' ? named : '_OTHER';
}

/** A trace of its own, or the continuation of the trace that a row names. */
export function contextOf(text: string | null): Context {
  const remote = parseTraceparent(text);
  return remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
}

function optionsOf({ kind, attributes, startedAt }: SpanFacts): SpanOptions {
  return { kind, ...(attributes && { attributes }), ...(startedAt && { startTime: startedAt }) };
}
