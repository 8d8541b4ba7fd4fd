import type { Environment } from './environment.js';
import { parseHeader } from './header-pairs.js';

/** Where spans are exported, and how many. */
export interface TracingSettings {
  /** The address that takes traces: OTEL_EXPORTER_OTLP_ENDPOINT with `/v1/traces`. */
  url: string;
  /** Headers of each export, with the endpoint's key. */
  headers: Readonly<Record<string, string>>;
  serviceName: string;
  exportEveryMs: number;
  /** Share of the traces that begin here and are recorded, 0 to 1. */
  ratio: number;
}

/** Null without an endpoint: no span is made. */
export function tracingSettings(env: Environment): TracingSettings | null {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint === undefined) return null;
  const url = new URL(endpoint);
  url.pathname = `${url.pathname.endsWith('/') ? url.pathname.slice(0, -1) : url.pathname}/v1/traces`;
  return {
    url: url.href,
    headers: Object.fromEntries((env.OTEL_EXPORTER_OTLP_HEADERS ?? []).map(parseHeader)),
    serviceName: env.OTEL_SERVICE_NAME,
    exportEveryMs: env.OTEL_BSP_SCHEDULE_DELAY,
    ratio: env.OTEL_TRACES_SAMPLER_ARG,
  };
}
