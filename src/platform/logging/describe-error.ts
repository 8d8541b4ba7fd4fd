/**
 * An error for the log: class, message and stack, never parameters or bodies (promise 10). A database error's message
 * can quote a value; its SQLSTATE and constraint say enough.
 */
export function describeError(error: unknown, { stack = true } = {}): string {
  if (!(error instanceof Error)) return 'an unknown value was thrown';
  const { code, constraint } = error as { code?: unknown; constraint?: string };
  const isSqlState = typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code);
  const message = isSqlState ? `SQLSTATE ${code} ${constraint ?? ''}`.trim() : error.message;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [`${error.name}: ${message}${networkCause(error)}`, ...(stack ? frames : [])].join('\n');
}

/** The cause of `fetch failed`, as a code: ECONNREFUSED, ENOTFOUND … */
function networkCause({ cause }: Error): string {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : '';
}
