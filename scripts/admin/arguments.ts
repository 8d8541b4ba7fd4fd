import type { Role } from '../../src/users/user.entity.js';

/** The parsed arguments of the command. */
export interface RoleOrder {
  role: Role;
  /** As it was written. */
  number: string;
}

export const USAGE = 'Give one mobile number: npm run admin:grant -- +14155550100 (or admin:revoke)';

/** Parses the arguments; null when they are invalid. */
export function readArguments([command, ...words]: string[]): RoleOrder | null {
  if ((command !== 'grant' && command !== 'revoke') || !isOneNumber(words)) return null;
  return { role: command === 'grant' ? 'admin' : 'user', number: words.join(' ') };
}

/** The arguments as one number: one word, or a number written with blanks and punctuation between its digits. */
function isOneNumber(spelt: string[]): boolean {
  const [first = '', ...more] = spelt;
  const isOption = first.startsWith('-');
  return first !== '' && !isOption && (more.length === 0 || /^[+(]*\p{Nd}[^\p{L}+]*$/u.test(spelt.join(' ')));
}
