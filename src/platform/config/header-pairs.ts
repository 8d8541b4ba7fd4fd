/** A header as OpenTelemetry writes it in a variable: `name=value`, percent-encoded. */
export function parseHeader(pair: string): [name: string, value: string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
}

/** True for a pair that an HTTP request can have. */
export function isHeaderPair(pair: string): boolean {
  try {
    void new Headers([parseHeader(pair)]);
    return pair.indexOf('=') > 0;
  } catch {
    return false;
  }
}
