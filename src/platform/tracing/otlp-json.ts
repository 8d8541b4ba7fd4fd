import type { Attributes, AttributeValue, HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/**
 * An ExportTraceServiceRequest in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding. Ids are hex, 64-bit
 * numbers are decimal strings, enumerations are numbers. All spans are of one process and one scope.
 */
export function otlpRequest(spans: readonly ReadableSpan[]): object {
  const [first] = spans;
  if (first === undefined) return { resourceSpans: [] };
  const { resource, instrumentationScope: scope } = first;
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource.attributes) },
        scopeSpans: [{ scope: { name: scope.name, version: scope.version }, spans: spans.map(spanOf) }],
      },
    ],
  };
}

/** Bit 8 says that bit 9 is known, bit 9 that the parent or linked span is of another process. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

const flagsOf = (traceFlags: number, isRemote?: boolean): number =>
  traceFlags | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);

function spanOf(span: ReadableSpan): object {
  const own = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId: own.traceId,
    spanId: own.spanId,
    ...(parent && { parentSpanId: parent.spanId }),
    flags: flagsOf(own.traceFlags, parent?.isRemote),
    name: span.name,
    // OTLP counts from 1, the API from 0.
    kind: span.kind + 1,
    startTimeUnixNano: nanosOf(span.startTime),
    endTimeUnixNano: nanosOf(span.endTime),
    attributes: attributesOf(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      timeUnixNano: nanosOf(event.time),
      name: event.name,
      attributes: attributesOf(event.attributes ?? {}),
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      flags: flagsOf(context.traceFlags, context.isRemote),
      attributes: attributesOf(attributes ?? {}),
    })),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: span.status.code },
  };
}

const nanosOf = ([seconds, nanos]: HrTime): string =>
  String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));

const attributesOf = (attributes: Attributes): object[] =>
  Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }],
  );

function valueOf(value: AttributeValue | null): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: (value ?? []).map((one) => valueOf(one ?? '')) } };
}
