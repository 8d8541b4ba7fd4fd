const MAX_WAIT_SECONDS = 60;

/**
 * Seconds of `Prefer: wait=N` (RFC 7240 §4.3): over 60 is 60; what cannot be read is ignored, as the RFC asks.
 * @returns null without a usable preference
 */
export function waitPreference(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;\s])/i.exec(text);
  return match ? Math.min(Number(match[1]), MAX_WAIT_SECONDS) : null;
}
