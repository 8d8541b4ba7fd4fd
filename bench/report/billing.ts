import { EVENTS_PER_SECOND } from '../billing/billing.js';
import type { BillingFigures } from '../billing/figures.js';
import { table } from './table.js';

/** What billing costs. */
export const billingTable = (billing: BillingFigures[]): string =>
  table(
    ['billing', 'p50 ms', 'p95 ms', 'p99 ms', 'samples', 'failures'],
    billing.flatMap(({ backend, webhook, workedOffSeconds, payToPro }) =>
      (
        [
          [
            `webhook, acknowledged, at ${EVENTS_PER_SECOND}/s, ${backend} (all worked on ${workedOffSeconds.toFixed(1)} s after the last)`,
            webhook,
          ],
          [`Pay to Pro by webhook alone, ${backend}`, payToPro],
        ] as const
      ).map(([name, { p50, p95, p99, samples, failures }]) => [
        name,
        p50.toFixed(1),
        p95.toFixed(1),
        p99.toFixed(1),
        String(samples),
        failures === 0 ? '0' : `${failures} ✗`,
      ]),
    ),
  );
