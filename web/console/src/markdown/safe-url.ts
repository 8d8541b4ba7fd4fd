const SAFE = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Returns the address of a link if its scheme is safe; null for scripts, data and relative links. */
export function safeUrl(href: string): string | null {
  try {
    const url = new URL(href);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    // A relative link of a model would resolve to a route of this page.
    return null;
  }
}
