/** Longest reason: one line of a table. */
const MAX_REASON = 200;

/**
 * Why a call failed, in a few words: the code of the operating system, of TLS or of the database, else the first line of
 * the message. The innermost cause has the code, because fetch and the SDKs wrap it.
 */
export function reasonOf(error: unknown): string {
  const chain = chainOf(error);
  const code = chain.map(codeOf).findLast((one) => one !== null);
  if (code !== undefined && code !== null) return code;
  const message = chain.map((one) => (one instanceof Error ? one.message : '')).find(Boolean);
  return (message ?? 'unknown').split('\n', 1)[0]!.slice(0, MAX_REASON);
}

/** Five levels: fetch, SDK, agent, socket, and one to spare; a cycle ends there. */
function chainOf(error: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let current = error; current && chain.length < 5; current = nextOf(current)) chain.push(current);
  return chain;
}

function nextOf(error: unknown): unknown {
  // A connection that tries several addresses (IPv6, IPv4) fails with one error for each.
  if (error instanceof AggregateError) return error.errors[0] as unknown;
  return (error as { cause?: unknown }).cause;
}

function codeOf(error: unknown): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{3,60}$/.test(code) ? code : null;
}
