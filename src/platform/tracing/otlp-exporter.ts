import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { otlpRequest } from './otlp-json.js';

/** The success and failure of ExportResult, whose package is not a dependency of its own. */
const SUCCESS = 0;
const FAILED = 1;

interface Settings {
  /** The address of the traces, ending in `/v1/traces`. */
  url: string;
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
}

type Result = Parameters<Parameters<SpanExporter['export']>[1]>[0];

/**
 * Exports spans as OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). A batch that the endpoint does not take
 * is dropped: spans must cost no request, and keeping them would cost memory. OpenTelemetry's own exporter needs 10 MB of
 * packages for logs and metrics besides.
 */
export class OtlpExporter implements SpanExporter {
  private readonly closing = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly settings: Settings) {}

  export(spans: ReadableSpan[], done: (result: Result) => void): void {
    this.running = this.report(spans, done);
  }

  async shutdown(): Promise<void> {
    await this.running;
    this.abort();
  }

  /** Ends the running export without an answer. */
  abort(): void {
    this.closing.abort();
  }

  private async report(spans: ReadableSpan[], done: (result: Result) => void): Promise<void> {
    done(
      await this.post(spans).then(
        () => ({ code: SUCCESS }),
        (error: Error) => ({ code: FAILED, error }),
      ),
    );
  }

  private async post(spans: ReadableSpan[]): Promise<void> {
    const { url, headers, timeoutMs } = this.settings;
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(otlpRequest(spans)),
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.closing.signal]),
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the endpoint answered ${response.status}`);
  }
}
