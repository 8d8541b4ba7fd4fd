import type { BodyFault } from '../values/body-faults.js';

/** What stands in the place of an id in a path. */
export type IdPick =
  /** One of the caller's own, by its place among them. */
  | { kind: 'own'; nth: number; form?: 'upper' }
  /** The stranger's: exists, and is not the caller's. */
  | { kind: 'foreign' }
  /** A UUIDv7 that names nothing. */
  | { kind: 'unknown'; id: string }
  /** Sent as it is. */
  | { kind: 'text'; text: string };

/** With whose token a request comes. */
export type Actor = 'self' | 'anonymous' | 'expired' | 'banned' | 'deleted' | 'ended' | 'garbage';

/** A request before it is sent: nothing in it depends on what the product has answered, so a seed gives it again. */
export interface Plan {
  operation: string;
  actor: Actor;
  ids: Record<string, IdPick>;
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
  /** Of a schema; null: what the operation's recipe gives. Absent where the operation has no body. */
  body?: { value: unknown; fault: BodyFault | null };
  /** Another method than the operation's, or another form of its path. */
  method?: string;
  pathForm?: 'slash' | 'double' | 'upper' | 'encoded';
  /** The connection is cut after so many bytes of the answer. */
  cutAfter?: number;
}
