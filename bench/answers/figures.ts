/** Processor time of one message, in microseconds, of each program that takes part. */
export interface Consumption {
  api: number;
  worker: number;
  postgres: number;
  redis: number;
}

/** One thing that was asked of one contender; medians over the rounds, failures in all. */
export interface Measured {
  perSecond: number;
  p50: number;
  p99: number;
  failures: number;
  consumption: Consumption | null;
}

export type Contender = 'answer' | 'bare' | 'naive' | 'floor' | 'send' | 'list';

/** A statement of the product during answers. */
export interface StatementCost {
  name: string;
  /** Runs an answered message. */
  calls: number;
  /** Milliseconds of execution an answered message. */
  ms: number;
}

/** Where the processor time of an answer goes: share of each package in the time of a process, and the statements. */
export interface AnswerProfile {
  api: [name: string, share: number][];
  worker: [name: string, share: number][];
  statements: StatementCost[];
}

/** What answering costs on one backend. */
export interface AnswerFigures {
  backend: 'Redis' | 'PostgreSQL';
  measured: Partial<Record<Contender, Measured>>;
  profile: AnswerProfile;
}

export const totalOf = ({ api, worker, postgres, redis }: Consumption): number =>
  api + worker + postgres + redis;
