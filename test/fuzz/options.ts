import { parseArgs } from 'node:util';
import { oneOf, wholeNumber } from '../chaos/options.js';

/** Settings of one run. */
export interface Options {
  backend: 'postgres' | 'redis';
  /** New sequences are started until this number of requests is sent. */
  requests: number;
  seed: number;
  /** Sequences at a time. */
  concurrency: number;
  /** Only this sequence of the seed; default: all. */
  sequence: number | null;
  /** Only this journey; default: all. */
  journey: string | null;
}

/** @throws Error that names an invalid option */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      backend: { type: 'string', default: 'postgres' },
      requests: { type: 'string', default: '5000' },
      seed: { type: 'string', default: '42' },
      concurrency: { type: 'string', default: '8' },
      sequence: { type: 'string' },
      journey: { type: 'string' },
    },
  });
  return {
    backend: oneOf('backend', values.backend, ['postgres', 'redis']),
    requests: wholeNumber('requests', values.requests),
    seed: wholeNumber('seed', values.seed),
    concurrency: Math.max(1, wholeNumber('concurrency', values.concurrency)),
    sequence: values.sequence === undefined ? null : wholeNumber('sequence', values.sequence),
    journey: values.journey ?? null,
  };
}
