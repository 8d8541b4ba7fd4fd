import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from './plan.js';

/** Settings of one run. */
export interface Options {
  backend: 'postgres' | 'redis';
  /** Number of faults. */
  kills: number;
  seed: number;
  /** Time over which they are spread. */
  seconds: number;
  /** Kinds of faults; by default all of the backend. */
  only: FaultKind[] | null;
  /** Follow replies by streams: `auto` does if the route exists. */
  streams: 'auto' | 'on' | 'off';
  /** Approximate duration of an answer of the model, in milliseconds. */
  answerMs: number;
  /** After the last fault, no reply may be live for longer than this. */
  settleSeconds: number;
  /** Keeps every core of the machine busy. */
  busy: boolean;
  /** Number of Pro users; a few Basic users at their limit are added. */
  people: number;
}

/** Default seconds between two faults: about the time after which a killed worker's reply continues. */
const GAP_SECONDS = 2.5;

/** @throws Error that names an invalid option */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      backend: { type: 'string', default: 'redis' },
      kills: { type: 'string', default: '20' },
      seed: { type: 'string', default: '42' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      streams: { type: 'string', default: 'auto' },
      'answer-ms': { type: 'string', default: '1500' },
      settle: { type: 'string', default: '30' },
      people: { type: 'string', default: '10' },
      busy: { type: 'boolean', default: false },
    },
  });
  const kills = wholeNumber('kills', values.kills);
  return {
    backend: oneOf('backend', values.backend, ['postgres', 'redis']),
    kills,
    seed: wholeNumber('seed', values.seed),
    seconds: wholeNumber('seconds', values.seconds ?? String(Math.ceil(kills * GAP_SECONDS))),
    only: values.only?.split(',').map((kind) => oneOf('only', kind, FAULTS)) ?? null,
    streams: oneOf('streams', values.streams, ['auto', 'on', 'off']),
    answerMs: wholeNumber('answer-ms', values['answer-ms']),
    settleSeconds: wholeNumber('settle', values.settle),
    people: wholeNumber('people', values.people),
    busy: values.busy,
  };
}

/** @throws Error that names an invalid option */
export function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name}: ${text} is not a whole number`);
  return Number(text);
}

/** @throws Error that names an invalid option */
export function oneOf<T extends string>(name: string, text: string, words: readonly T[]): T {
  if (!words.includes(text as T)) throw new Error(`--${name}: ${text} is none of ${words.join(', ')}`);
  return text as T;
}
