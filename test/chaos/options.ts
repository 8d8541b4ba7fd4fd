import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from './plan.js';

/** How one run is set up. */
export interface Options {
  backend: 'postgres' | 'redis';
  /** How many faults. */
  kills: number;
  seed: number;
  /** Over how long they are spread. */
  seconds: number;
  /** Which faults; all of the backend without it. */
  only: FaultKind[] | null;
  /** Follow replies by their streams: `auto` does where the route is there. */
  streams: 'auto' | 'on' | 'off';
  /** Milliseconds that an answer of the model takes, about. */
  answerMs: number;
  /** After the last fault, nothing may be live for longer than this. */
  settleSeconds: number;
  /** Keep every core of the machine busy meanwhile. */
  busy: boolean;
  /** People on Pro; a few on Basic, at their limit, come on top. */
  people: number;
}

/** Seconds between two faults by default: about what a killed worker's reply takes to go on. */
const GAP_SECONDS = 2.5;

/** @throws Error that names what cannot be read */
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

/** @throws Error that names what cannot be read */
export function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name}: ${text} is not a whole number`);
  return Number(text);
}

/** @throws Error that names what cannot be read */
export function oneOf<T extends string>(name: string, text: string, words: readonly T[]): T {
  if (!words.includes(text as T)) throw new Error(`--${name}: ${text} is none of ${words.join(', ')}`);
  return text as T;
}
