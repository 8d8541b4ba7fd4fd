/** SQLSTATE and socket codes of a database that is unavailable or too slow (PostgreSQL, appendix A). */
const OUTAGE_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  '55P03', // lock_not_available
  '40P01', // deadlock_detected: the other transaction has continued, and a retry succeeds
  '57014', // query_canceled (statement_timeout)
  '25006', // read_only_sql_transaction: a failover is under way
]);

/** Errors that `pg` and `pg-pool` raise themselves, without a code: of a connection that is lost, or was not opened in time. */
const OUTAGE_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|timeout expired|Client (?:has encountered a connection error|was closed) and is not queryable|Query read timeout/;

/** True for an error of an unavailable or slow database, after which a retry makes sense. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: string };
  if (code && (OUTAGE_CODES.has(code) || code.startsWith('08'))) return true;
  return OUTAGE_MESSAGES.test(error.message);
}

/**
 * True if the database responded, also with an error. A broken connection, and a server that is stopping or starting
 * (SQLSTATE classes 08 and 57P), are no responses.
 */
export function isAnswer(error: unknown): boolean {
  if (!error) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^(?:08|57P|E)/.test(code);
}
