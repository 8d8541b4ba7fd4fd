import type { BodyFault } from '../values/body-faults.js';

/** Value at the place of an id in a path. */
export type IdPick =
  /** An id of the caller's own, by its index. */
  | { kind: 'own'; nth: number; form?: 'upper' }
  /** An id of the stranger: it exists and does not belong to the caller. */
  | { kind: 'foreign' }
  /** A UUIDv7 that refers to nothing. */
  | { kind: 'unknown'; id: string }
  /** Sent unchanged. */
  | { kind: 'text'; text: string };

/** Owner of the request's token. */
export type Actor = 'self' | 'anonymous' | 'expired' | 'banned' | 'deleted' | 'ended' | 'garbage';

/** A request before it is sent. It does not depend on responses, so a seed reproduces it. */
export interface Plan {
  operation: string;
  actor: Actor;
  ids: Record<string, IdPick>;
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  /** A value of the schema; null: the operation's recipe. Absent if the operation has no body. */
  body?: { value: unknown; fault: BodyFault | null };
  /** A method other than the operation's, or another form of its path. */
  method?: string;
  pathForm?: 'slash' | 'double' | 'upper' | 'encoded';
  /** The connection is cut after this number of bytes of the response. */
  cutAfter?: number;
}
