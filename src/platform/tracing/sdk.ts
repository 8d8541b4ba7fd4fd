import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { TracingSettings } from '../config/tracing-settings.js';
import { newId } from '../crypto/id.js';
import { withTimeout } from '../concurrency/with-timeout.js';
import { VERSION } from '../version.js';
import { OtlpExporter } from './otlp-exporter.js';
import { traceWith } from './tracing.js';

/** Spans that wait for their export; more are dropped. A span has about 2 KB: 4 MB while the endpoint is down. */
const MAX_QUEUE = 2048;
const MAX_BATCH = 512;
const EXPORT_TIMEOUT_MS = 5_000;
/** A stopping process does not wait longer for the last export. */
const LAST_EXPORT_MS = 2_000;
/** Of an attribute: ids, names and templates are shorter. */
const MAX_VALUE_LENGTH = 256;

/** Starts the SDK. Loaded by start-tracing.ts only where spans are exported. */
export function startSdk(settings: TracingSettings, role: string): () => Promise<void> {
  const exporter = new OtlpExporter({ ...settings, timeoutMs: EXPORT_TIMEOUT_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': settings.serviceName,
      'service.version': VERSION,
      'service.instance.id': newId(),
      'process.role': role,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(settings.ratio) }),
    spanLimits: { attributeValueLengthLimit: MAX_VALUE_LENGTH },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: MAX_QUEUE,
        maxExportBatchSize: MAX_BATCH,
        scheduledDelayMillis: settings.exportEveryMs,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  // Packages that know the API would write spans of their own, with more than the rule here allows: no global provider.
  traceWith(provider.getTracer('chat-backend', VERSION));
  return async () => {
    await withTimeout(provider.shutdown(), LAST_EXPORT_MS).catch(() => exporter.abort());
    traceWith(null);
    context.disable();
  };
}
