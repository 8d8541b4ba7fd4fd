import { Injectable, Optional } from '@nestjs/common';
import { gauge } from '../../metrics/instruments.js';
import { MetricSources } from '../../metrics/metric-sources.js';
import { HeldAnswers } from './held-answers.js';

const KINDS = ['stream', 'wait', 'export'] as const;

const HELD = gauge(
  'chat_http_held_answers',
  'Event streams, waits and exports that are open on this process.',
  {
    kind: KINDS,
  },
);

/** Reads the open answers at a scrape. */
@Injectable()
export class HeldAnswersMetrics {
  constructor(held: HeldAnswers, @Optional() sources?: MetricSources) {
    sources?.register({
      name: 'held_answers',
      gauges: [HELD],
      read: () => {
        for (const kind of KINDS) HELD.set({ kind }, held.total[kind]);
      },
    });
  }
}
