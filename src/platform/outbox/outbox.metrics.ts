import { Injectable, Optional } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { counter, gauge, histogram, SLOW_BUCKETS } from '../metrics/instruments.js';
import { MetricSources } from '../metrics/metric-sources.js';
import { OutgoingEventsRepository } from './outgoing-events.repository.js';

export const EVENT_DELIVERIES = counter(
  'chat_event_deliveries_total',
  'Tries to deliver an event to EVENTS_WEBHOOK_URL, by their outcome.',
  {
    // `retry`: a failed try that is followed by another one.
    outcome: ['delivered', 'retry', 'failed'],
  },
);
export const EVENT_LAG = histogram(
  'chat_event_lag_seconds',
  'Time from an event until the app’s server has accepted it.',
  {},
  SLOW_BUCKETS,
);
export const EVENT_CIRCUIT_OPENED = counter(
  'chat_event_circuit_opened_total',
  'Times that deliveries paused because the endpoint failed.',
  {},
);
const BACKLOG = gauge('chat_event_backlog', 'Events that are not delivered yet. The same in every process.');
const BACKLOG_AGE = gauge(
  'chat_event_backlog_age_seconds',
  'Age of the oldest event that is not delivered yet; 0 without one. The same in every process.',
);

/** Reads the backlog of the outbox at a scrape. */
@Injectable()
export class OutboxMetrics {
  constructor(events: OutgoingEventsRepository, clock: Clock, @Optional() sources?: MetricSources) {
    sources?.register({
      name: 'event_backlog',
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
