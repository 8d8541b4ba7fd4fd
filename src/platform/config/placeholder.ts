const PLACEHOLDER =
  /change[-_ ]?me|placeholder|example|your[-_ ]|secret[-_ ]?key[-_ ]?here|xxxx|only[-_ ]for[-_ ]tests|insecure|dummy/i;
/** A random secret of 32 base64 characters has 20 different ones; 32 times the same letter has one. */
const LEAST_DIFFERENT_CHARACTERS = 8;

/** True for a secret that was typed by hand as a placeholder. */
export function isPlaceholder(secret: string): boolean {
  return PLACEHOLDER.test(secret) || new Set(secret).size < LEAST_DIFFERENT_CHARACTERS;
}
