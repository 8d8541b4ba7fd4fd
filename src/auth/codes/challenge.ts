import type { NewProfile } from '../../users/users.service.js';

/** The uses of a code. A code works for its own purpose only: a login code cannot reset a password. */
export const CHALLENGE_PURPOSES = ['login', 'reset', 'step_up', 'change_number'] as const;
export type ChallengePurpose = (typeof CHALLENGE_PURPOSES)[number];

/** One request for a code. The code is derived from it and never stored. */
export interface Challenge {
  /** 128 random bits. */
  id: Buffer;
  purpose: ChallengePurpose;
  mobileNumber: string;
  /** The signed-in user who requested it, whose sessions alone can answer it; null before signing in. */
  userId: string | null;
  /** Profile of a sign-up; applied when this challenge is answered, to a new account only. */
  profile: NewProfile | null;
  wrongGuesses: number;
  sandboxProven: boolean;
  expiresAt: Date;
  consumedAt: Date | null;
}

/** Wrong guesses that end a challenge: 5 of 1,000,000 codes (NIST SP 800-63B §5.2.2 allows 100). */
export const MAX_GUESSES = 5;
const ID = /^[0-9a-f]{32}$/;

/** A challenge's id as sent to clients. */
export const challengeIdText = (id: Buffer): string => id.toString('hex');

/** Parses the id that a client sent; null for a malformed one, which is treated like an unknown id. */
export function readChallengeId(text: string): Buffer | null {
  return ID.test(text.toLowerCase()) ? Buffer.from(text, 'hex') : null;
}
