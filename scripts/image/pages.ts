/** A page of the product and a text by which it is recognised. */
type Page = [path: string, text: string];

/** The pages for everyone. */
const PAGES: Page[] = [
  // Without its build the first page is an index.
  ['/', '"/assets/'],
  ['/operators', '"/operators/assets/'],
  ['/docs', '"/docs/swagger-ui-bundle.js"'],
  ['/scalar', '"/scalar/standalone.js"'],
];

/** Files that a page names in its HTML. */
const LINKED = /(?:src|href)="([^"]+\.(?:js|css|png|svg|woff2))"/g;
/** Modules that a script imports, now or later. */
const IMPORTED = /\b(?:from|import)\s?\(?["'](\.\/[^"']+)["']/g;

/**
 * Requests pages, and each file that they name or import.
 * @throws Error when one is missing, or is answered with another page
 */
export async function readPages(
  origin: string,
  headers: Record<string, string> = {},
  pages = PAGES,
): Promise<void> {
  const seen = new Set<string>();
  const read = async (address: URL): Promise<string> => {
    seen.add(address.pathname);
    const answer = await fetch(address, { headers: { accept: 'text/html,*/*', ...headers } });
    if (!answer.ok) throw new Error(`the image answers ${address.pathname} with ${answer.status}`);
    return answer.text();
  };
  const follow = async (address: URL): Promise<void> => {
    if (seen.has(address.pathname)) return;
    const text = await read(address);
    if (!address.pathname.endsWith('.js')) return;
    for (const [, file] of text.matchAll(IMPORTED)) await follow(new URL(file!, address));
  };
  for (const [path, text] of pages) {
    const address = new URL(path, origin);
    const page = await read(address);
    if (!page.includes(text)) throw new Error(`the image answers ${path} with another page`);
    const files = [...page.matchAll(LINKED)].map(([, file]) => new URL(file!, address));
    for (const file of files) if (file.origin === address.origin) await follow(file);
  }
}
