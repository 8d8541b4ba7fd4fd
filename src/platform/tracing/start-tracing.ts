import type { Config } from '../config/config.js';

const OFF = (): Promise<void> => Promise.resolve();

/**
 * Exports the spans of this process to OTEL_EXPORTER_OTLP_ENDPOINT. Without it nothing of the SDK is loaded, and no span is
 * made.
 * @returns exports the remaining spans, within two seconds
 */
export async function startTracing(
  { tracing }: Config,
  role: 'api' | 'worker',
): Promise<() => Promise<void>> {
  if (tracing === null) return OFF;
  const { startSdk } = await import('./sdk.js');
  return startSdk(tracing, role);
}
