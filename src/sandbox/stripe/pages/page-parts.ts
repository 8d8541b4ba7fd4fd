import { escapeHtml, htmlPage, PAGE_POLICY } from '../../../platform/pages/html.js';

/** Where the pages are; the same under every address of the product. */
export const PAGES_PATH = '/sandbox/stripe';

/** A page, and what goes with it. */
export interface Page {
  status: number;
  html: string;
  policy: Record<string, string>;
}

const BUTTON = 'font:inherit;padding:.6rem 1.2rem;min-height:2.75rem;cursor:pointer';
/** The one that most people want. */
const FIRST = ';background:#3b6fd4;color:#fff;border:0;border-radius:.3rem;font-weight:600';

/** Stands first on every page: nobody shall look for his card. */
const NOTE =
  '<p role="note"><strong>This is a sandbox.</strong> It stands in for Stripe: no money moves, and no card is asked for.</p>';

/**
 * @param leadsTo where a form's answer may lead beside the product itself: browsers hold a form's redirects against its policy
 */
export function sandboxPage(
  title: string,
  body: string,
  { status = 200, leadsTo = [] as (string | null)[] } = {},
): Page {
  const sources = new Set(["'self'", ...leadsTo.filter((url) => url !== null).map(sourceOf)]);
  return {
    status,
    html: htmlPage(title, `${NOTE}\n${body}`),
    policy: { ...PAGE_POLICY, 'form-action': [...sources].join(' ') },
  };
}

/** A form without fields: its path says everything, and its body is empty. */
export const button = (path: string, label: string, { first = false } = {}): string =>
  `<form method="post" action="${escapeHtml(PAGES_PATH + path)}"><p><button style="${BUTTON}${first ? FIRST : ''}">${escapeHtml(label)}</button></p></form>`;

export const link = (url: string, label: string): string =>
  `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;

/** Names and values, escaped. */
export const facts = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>\n${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt>\n<dd><strong>${escapeHtml(value)}</strong></dd>`).join('\n')}\n</dl>`;

/** Something went wrong, said at once by who reads pages aloud. */
export const alert = (text: string): string => `<p role="alert"><strong>${escapeHtml(text)}</strong></p>`;

/** There is nothing under this address. */
export const unknownPage = (what: string): Page =>
  sandboxPage(
    `No such ${what}`,
    `<p>The sandbox does not know this ${escapeHtml(what)}. It may have been forgotten: the sandbox keeps only the newest ones.</p>`,
    { status: 404 },
  );

/** An app's own scheme has no origin. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url.replace(/[{}]/g, ''));
  return origin === 'null' ? protocol : origin;
}
