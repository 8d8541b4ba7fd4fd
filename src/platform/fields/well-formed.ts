/** Is this a text that PostgreSQL (no NUL) and JSON (no lone surrogates) can hold? */
export function isWellFormedText(text: string): boolean {
  return !text.includes('\0') && (text as string & { isWellFormed(): boolean }).isWellFormed();
}
