import type { Consumption } from '../answers/figures.js';

/** Answers of a deployment with so many processes. */
export interface ProcessFigures {
  apis: number;
  workers: number;
  /** Requests that are asked at once, in all. */
  connections: number;
  perSecond: number;
  p50: number;
  p99: number;
  failures: number;
  /** Processor time of one answer, by program; null where the machine cannot tell. */
  consumption: Consumption | null;
}

/** Cost of one request, with few rows and with many. */
export interface SizeFigures {
  name: string;
  costs: SizeCost[];
}

export interface SizeCost {
  messages: number;
  users: number;
  /** Pages of PostgreSQL that one request reads or finds in memory. */
  pages: number;
  /** Processor time of one request in PostgreSQL, API and worker, in microseconds. */
  microseconds: number;
}

/** Open streams without events on one API process. */
export interface IdleFigures {
  streams: number;
  openedSeconds: number;
  kilobytesEach: number;
  /** Share of one core that the API process takes while all of them are idle. */
  processor: number;
  /** Descriptors: before, with all streams, after all are closed. */
  descriptors: [before: number, open: number, after: number];
}

/** One process during a soak. */
export interface SoakSample {
  minute: number;
  heapMegabytes: number;
  descriptors: number;
  connections: number;
}

export interface SoakFigures {
  minutes: number;
  answers: number;
  failures: number;
  /** By process: before the load, each minute, and after it. */
  samples: Record<'api' | 'worker', SoakSample[]>;
}

export interface ScaleFigures {
  processes: ProcessFigures[];
  sizes: SizeFigures[];
  idle: IdleFigures | null;
  soak: SoakFigures | null;
}
