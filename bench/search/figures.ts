/** Messages of the person who searches, and of others; searches of each kind. */
export interface SearchSize {
  own: number;
  others: number;
  samples: number;
}

/** Latencies of one kind of search, in milliseconds. */
export interface Query {
  name: string;
  /** Results on the first two pages, on average. */
  results: number;
  p50: number;
  p95: number;
  longest: number;
}

export interface Stored {
  name: string;
  /** A message. */
  bytes: number;
}

/** Processor time of a send, in microseconds: of the client and of PostgreSQL. */
export interface SendCost {
  client: number;
  postgres: number;
}

export interface SearchFigures {
  size: SearchSize;
  /** Time in which a worker made the person's blocks. */
  blockMinutes: number;
  queries: Query[];
  stored: Stored[];
  sends: { with: SendCost; without: SendCost };
}
