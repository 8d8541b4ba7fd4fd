import { parseArgs } from 'node:util';
import { oneOf, wholeNumber, type Options as ChaosOptions } from '../options.js';

/** Settings of one torture run. */
export interface Options {
  backend: ChaosOptions['backend'];
  /** Number of streamed replies. */
  streams: number;
  /** Minimum number of cuts per stream. */
  cuts: number;
  seed: number;
  /** Streams at a time. */
  batch: number;
  /** Workers that are killed during each batch. */
  kills: number;
  /** Milliseconds that an answer of the model takes, about. */
  answerMs: number;
}

/** @throws Error that names an invalid option */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      backend: { type: 'string', default: 'redis' },
      streams: { type: 'string', default: '1000' },
      cuts: { type: 'string', default: '20' },
      seed: { type: 'string', default: '42' },
      batch: { type: 'string', default: '200' },
      kills: { type: 'string', default: '2' },
      'answer-ms': { type: 'string', default: '8000' },
    },
  });
  return {
    backend: oneOf('backend', values.backend, ['postgres', 'redis']),
    streams: wholeNumber('streams', values.streams),
    cuts: wholeNumber('cuts', values.cuts),
    seed: wholeNumber('seed', values.seed),
    batch: Math.max(1, wholeNumber('batch', values.batch)),
    kills: wholeNumber('kills', values.kills),
    answerMs: wholeNumber('answer-ms', values['answer-ms']),
  };
}
