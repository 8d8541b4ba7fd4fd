import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { eventually } from '../../../test/support/eventually.js';
import { OtlpExporter } from './otlp-exporter.js';
import { otlpRequest } from './otlp-json.js';

const PARENT = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
  isRemote: true,
};

/** A provider whose ended spans are collected. */
function newProvider() {
  const ended: ReadableSpan[] = [];
  const collect = {
    onStart: () => undefined,
    onEnd: (span: ReadableSpan) => void ended.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const resource = resourceFromAttributes({ 'service.name': 'chat' });
  const provider = new TracerProvider({ resource, spanProcessors: [collect] });
  return { ended, tracer: provider.getTracer('chat-backend', '1.0.0') };
}

it('a span is written as OTLP/JSON says', () => {
  const { ended, tracer } = newProvider();
  const parent = trace.setSpanContext(ROOT_CONTEXT, PARENT);
  const span = tracer.startSpan(
    'chat m',
    {
      kind: SpanKind.CLIENT,
      startTime: [1_700_000_000, 5],
      links: [{ context: { ...PARENT, spanId: '00f067aa0ba902b7' } }],
      attributes: { text: 'a', count: 3, share: 0.5, on: true, list: ['stop'] },
    },
    parent,
  );
  span.addEvent('retry', { 'retry.delay_ms': 200 }, [1_700_000_001, 0]);
  span.setStatus({ code: SpanStatusCode.ERROR });
  span.end([1_700_000_002, 999_999_999]);
  const { spanId } = span.spanContext();
  expect(otlpRequest(ended)).toEqual({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'chat' } }] },
        scopeSpans: [
          {
            scope: { name: 'chat-backend', version: '1.0.0' },
            spans: [
              {
                traceId: PARENT.traceId,
                spanId,
                parentSpanId: PARENT.spanId,
                flags: 0x301,
                name: 'chat m',
                kind: 3,
                startTimeUnixNano: '1700000000000000005',
                endTimeUnixNano: '1700000002999999999',
                attributes: [
                  { key: 'text', value: { stringValue: 'a' } },
                  { key: 'count', value: { intValue: '3' } },
                  { key: 'share', value: { doubleValue: 0.5 } },
                  { key: 'on', value: { boolValue: true } },
                  { key: 'list', value: { arrayValue: { values: [{ stringValue: 'stop' }] } } },
                ],
                droppedAttributesCount: 0,
                events: [
                  {
                    timeUnixNano: '1700000001000000000',
                    name: 'retry',
                    attributes: [{ key: 'retry.delay_ms', value: { intValue: '200' } }],
                  },
                ],
                droppedEventsCount: 0,
                links: [
                  { traceId: PARENT.traceId, spanId: '00f067aa0ba902b7', flags: 0x301, attributes: [] },
                ],
                droppedLinksCount: 0,
                status: { code: 2 },
              },
            ],
          },
        ],
      },
    ],
  });
});

describe('an endpoint that never answers', () => {
  let server: Server;
  let url: string;
  let exports = 0;
  beforeAll(async () => {
    server = createServer(() => void (exports += 1));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('holds one batch and the queue: further spans are dropped', async () => {
    const exporter = new OtlpExporter({ url, headers: {}, timeoutMs: 60_000 });
    const given: number[] = [];
    const counting = {
      export: (spans: ReadableSpan[], done: Parameters<OtlpExporter['export']>[1]) => {
        given.push(spans.length);
        exporter.export(spans, done);
      },
      shutdown: () => exporter.shutdown(),
    };
    const [maxQueueSize, maxExportBatchSize] = [100, 10];
    const processor = new BatchSpanProcessor({
      exporter: counting,
      maxQueueSize,
      maxExportBatchSize,
      scheduledDelayMillis: 1,
      exportTimeoutMillis: 60_000,
    });
    const { tracer } = { tracer: new TracerProvider({ spanProcessors: [processor] }).getTracer('t') };
    for (let nth = 0; nth < 10; nth += 1) tracer.startSpan('first').end();
    await eventually(() => exports > 0);
    for (let nth = 0; nth < 5_000; nth += 1) tracer.startSpan('later').end();
    expect(given).toEqual([maxExportBatchSize]);
    const { _finishedSpans: waiting } = processor as unknown as { _finishedSpans: unknown[] };
    expect(waiting.length).toBe(maxQueueSize);
    // A stop does not wait for the endpoint.
    exporter.abort();
    await new Promise(setImmediate);
  });

  it('fails the export after its timeout, and the next one is tried', async () => {
    const exporter = new OtlpExporter({ url, headers: {}, timeoutMs: 1 });
    const { ended, tracer } = newProvider();
    tracer.startSpan('one').end();
    const codes: number[] = [];
    for (let nth = 0; nth < 2; nth += 1)
      codes.push(await new Promise<number>((resolve) => exporter.export(ended, ({ code }) => resolve(code))));
    expect(codes).toEqual([1, 1]);
  });
});
