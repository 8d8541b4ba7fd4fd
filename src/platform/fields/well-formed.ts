/** True for a text without NUL, which PostgreSQL refuses, and lone surrogates, which JSON cannot hold. */
export function isWellFormedText(text: string): boolean {
  return !text.includes('\0') && (text as string & { isWellFormed(): boolean }).isWellFormed();
}
