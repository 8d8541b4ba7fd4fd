const SAFE = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The address of a link, if it only leads somewhere: no script, no data. */
export function safeUrl(href: string): string | null {
  try {
    const url = new URL(href);
    return SAFE.has(url.protocol) ? url.href : null;
  } catch {
    // A model's relative link leads nowhere in this page.
    return null;
  }
}
