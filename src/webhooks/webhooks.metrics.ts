import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { counter, gauge, histogram, SLOW_BUCKETS } from '../platform/metrics/instruments.js';
import { MetricSources } from '../platform/metrics/metric-sources.js';
import { WebhookEventsRepository } from './webhook-events.repository.js';

export const WEBHOOKS_RECEIVED = counter(
  'chat_webhook_received_total',
  'Signed Stripe events that arrived.',
  {
    // `unusable`: acknowledged and ignored, since it cannot be read or stored.
    outcome: ['new', 'duplicate', 'unusable'],
  },
);
export const WEBHOOKS_ENDED = counter(
  'chat_webhook_ended_total',
  'Tries of Stripe events, by their outcome.',
  {
    // `retry`: a failed try that is followed by another one.
    outcome: ['handled', 'ignored', 'retry', 'failed'],
  },
);
export const WEBHOOK_LAG = histogram(
  'chat_webhook_lag_seconds',
  'Time from the arrival of a Stripe event until it is handled.',
  {},
  SLOW_BUCKETS,
);
const BACKLOG = gauge(
  'chat_webhook_backlog',
  'Stripe events that are not handled yet. The same in every process.',
);
const BACKLOG_AGE = gauge(
  'chat_webhook_backlog_age_seconds',
  'Age of the oldest Stripe event that is not handled yet; 0 without one. The same in every process.',
);

/** Reads the backlog of the inbox at a scrape. */
@Injectable()
export class WebhookMetrics {
  constructor(events: WebhookEventsRepository, clock: Clock, @Optional() sources?: MetricSources) {
    sources?.register({
      name: 'webhook_backlog',
      gauges: [BACKLOG, BACKLOG_AGE],
      read: async () => {
        const { count, oldest } = await events.backlog();
        const ageMs = oldest === null ? 0 : clock.now().getTime() - oldest.getTime();
        return () => {
          BACKLOG.set({}, count);
          BACKLOG_AGE.set({}, Math.max(0, ageMs / 1000));
        };
      },
    });
  }
}
