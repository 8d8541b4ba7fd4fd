/** A map's entry, its key, and the object around a text. */
const ENTRY_BYTES = 256;

/** What a cached text takes of memory at the most, in bytes: two a UTF-16 code unit, and its entry. */
export const textBytes = (text: string): number => 2 * text.length + ENTRY_BYTES;
