/** Estimate for a map entry, its key, and the object around a text. */
const ENTRY_BYTES = 256;

/** The most memory that a cached text takes, in bytes: two per UTF-16 code unit, and its entry. */
export const textBytes = (text: string): number => 2 * text.length + ENTRY_BYTES;
