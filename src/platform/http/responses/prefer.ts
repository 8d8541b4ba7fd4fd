const MAX_WAIT_SECONDS = 60;

/**
 * Seconds of `Prefer: wait=N` (RFC 7240 §4.3): a value above 60 counts as 60; an invalid one is ignored, as the RFC says.
 * @returns null without a valid preference
 */
export function waitPreference(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  const match = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})"?\s*(?:$|[,;\s])/i.exec(text);
  return match ? Math.min(Number(match[1]), MAX_WAIT_SECONDS) : null;
}
