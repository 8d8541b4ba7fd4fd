import * as prom from 'prom-client';
import type { Config } from '../config/config.js';
import { counter, gauge, histogram, type Instrument } from './instruments.js';

const calls = counter('chat_spec_calls_total', 'Calls.', {
  model: () => ['known'],
  outcome: ['ok', 'failed'],
});
const depth = gauge('chat_spec_depth', 'Depth.');
const seconds = histogram('chat_spec_seconds', 'Seconds.', { path: null }, [1]);

it('counts nothing before its start, and an unknown value as `other` after it', async () => {
  const registry = new prom.Registry();
  calls.inc({ model: 'known', outcome: 'ok' });
  for (const one of [calls, depth, seconds] as unknown as Instrument[])
    one.start({ prom, registry, config: {} as Config });
  for (const model of ['known', 'made-up-1', 'made-up-2']) calls.inc({ model, outcome: 'ok' });
  seconds.observe({ path: '/a' }, 0.5);
  depth.set({}, 3);
  const text = await registry.metrics();
  for (const line of [
    'chat_spec_calls_total{model="known",outcome="ok"} 1',
    'chat_spec_calls_total{model="other",outcome="ok"} 2',
    // A series that is foreseen exists before its first event.
    'chat_spec_calls_total{model="known",outcome="failed"} 0',
    'chat_spec_seconds_bucket{le="1",path="/a"} 1',
    'chat_spec_depth 3',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).not.toContain('made-up');
  depth.clear();
  expect(await registry.metrics()).not.toMatch(/^chat_spec_depth /m);
});

it('has a name of its own', () => {
  expect(() => gauge('chat_spec_depth', 'Another one.')).toThrow('two metrics are named chat_spec_depth');
});
