import type { NewProfile } from '../../users/users.service.js';

/** What a code may be used for. A login code does not reset, a reset code does not log in. */
export type ChallengePurpose = 'login' | 'reset' | 'step_up' | 'change_number';

/** A code that was asked for: the code itself is derived from it, never stored. */
export interface Challenge {
  /** 128 random bits. */
  id: Buffer;
  purpose: ChallengePurpose;
  mobileNumber: string;
  /** Whose it is, where somebody is signed in already: nobody else's session can answer it. */
  userId: string | null;
  /** Waits for its own challenge to be answered; applied to a new account only. */
  profile: NewProfile | null;
  wrongGuesses: number;
  sandboxProven: boolean;
  expiresAt: Date;
  consumedAt: Date | null;
}

/** Wrong guesses that end a challenge: 5 of 1,000,000 codes (NIST SP 800-63B §5.2.2 allows 100). */
export const MAX_GUESSES = 5;
const ID = /^[0-9a-f]{32}$/;

/** A challenge's id as clients see it. */
export const challengeIdText = (id: Buffer): string => id.toString('hex');

/** The id that a client sent; null for a text that cannot be one (it names nothing, like an unknown one). */
export function readChallengeId(text: string): Buffer | null {
  return ID.test(text.toLowerCase()) ? Buffer.from(text, 'hex') : null;
}
