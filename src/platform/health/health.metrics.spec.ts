import { jest } from '@jest/globals';
import * as prom from 'prom-client';
import type { Config } from '../config/config.js';
import { instruments } from '../metrics/instruments.js';
import { MetricSources, READ_TIMEOUT_MS } from '../metrics/metric-sources.js';
import { HealthMetrics } from './health.metrics.js';
import { CHECK_TIMEOUT_MS, Readiness } from './readiness.js';

afterEach(() => jest.useRealTimers());

it('a dependency that hangs is shown as down, since its check ends before the read of the metrics', async () => {
  expect(READ_TIMEOUT_MS).toBeGreaterThan(CHECK_TIMEOUT_MS);
  jest.useFakeTimers();
  const registry = new prom.Registry();
  for (const instrument of instruments()) instrument.start({ prom, registry, config: CONFIG });
  const sources = new MetricSources();
  // Nest makes it as well; it registers itself.
  Reflect.construct(HealthMetrics, [sources, hangingReadiness()]);
  const refreshed = sources.refresh();
  await jest.advanceTimersByTimeAsync(READ_TIMEOUT_MS);
  await refreshed;
  const lines = (await registry.metrics()).split('\n');
  expect(lines).toContain('chat_dependency_up{dependency="database"} 0');
  expect(lines).toContain('chat_metrics_source_up{source="health"} 1');
});

const CONFIG = {
  llm: { providers: [], models: [], gemini: { model: 'm' }, servers: {} },
} as unknown as Config;

/** No dependency ever responds. */
function hangingReadiness(): Readiness {
  const hang = () => new Promise<never>(() => undefined);
  return new Readiness(
    { hasBegun: false } as never,
    { run: hang } as never,
    { isUp: false } as never,
    { maxRetriesPerRequest: null },
    { command: hang } as never,
  );
}
