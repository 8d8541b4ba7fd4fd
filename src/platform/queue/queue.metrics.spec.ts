import type { ModuleRef } from '@nestjs/core';
import type { MetricSource, MetricSources } from '../metrics/metric-sources.js';
import { QueueMetrics } from './queue.metrics.js';

it('a queue is asked for the states that the gauge shows, and for waiting jobs of a paused queue', async () => {
  const asked = new Set<string>();
  const queue = {
    getJobCounts: async (...states: string[]) => {
      for (const state of states) asked.add(state);
      return {};
    },
  };
  const registered: MetricSource[] = [];
  const sources = { register: (source: MetricSource) => registered.push(source) };
  new QueueMetrics(
    { get: () => queue } as unknown as ModuleRef,
    sources as unknown as MetricSources,
  ).onModuleInit();
  await registered[0]!.read();
  expect([...asked]).toEqual(['waiting', 'active', 'delayed', 'failed', 'paused']);
});
