import type { Sequence } from '../scenario/sequence.js';

/** A way through the product that must succeed, so that requests between its steps meet every state. */
export type Journey = (sequence: Sequence) => Promise<void>;

/** The sandbox's model answers at once. */
export const quick = (text: string): string => `kanari ${text} [[sandbox: fast]]`;
/** The model refuses: the reply fails at the first try. */
export const refused = (text: string): string => `kanari ${text} [[sandbox: 400]]`;
/** The model takes seconds. */
export const slow = (text: string): string => `kanari ${text} [[sandbox: slow]]`;
