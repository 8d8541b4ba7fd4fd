import { escapeHtml, htmlPage, PAGE_POLICY } from '../../../platform/pages/html.js';

/** Path of the pages, the same under every address of the server. */
export const PAGES_PATH = '/sandbox/stripe';

/** A page with its headers. */
export interface Page {
  status: number;
  html: string;
  policy: Record<string, string>;
}

const BUTTON = 'font:inherit;padding:.6rem 1.2rem;min-height:2.75rem;cursor:pointer';
/** Style of the main button. */
const FIRST = ';background:#3b6fd4;color:#fff;border:0;border-radius:.3rem;font-weight:600';

/** First text of every page, so that no visitor looks for their card. */
const NOTE =
  '<p role="note"><strong>This is a sandbox.</strong> It replaces Stripe: no money moves, and no card is needed.</p>';

/**
 * @param leadsTo origins that a form's answer may redirect to, beside the server: browsers apply the page's policy to redirects
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

/** A form with one button and no fields: the path names the action, the body is empty. */
export const button = (path: string, label: string, { first = false } = {}): string =>
  `<form method="post" action="${escapeHtml(PAGES_PATH + path)}"><p><button style="${BUTTON}${first ? FIRST : ''}">${escapeHtml(label)}</button></p></form>`;

export const link = (url: string, label: string): string =>
  `<a href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;

/** Names and values, escaped. */
export const facts = (pairs: readonly (readonly [string, string])[]): string =>
  `<dl>\n${pairs.map(([name, value]) => `<dt>${escapeHtml(name)}</dt>\n<dd><strong>${escapeHtml(value)}</strong></dd>`).join('\n')}\n</dl>`;

/** A message about a failure, announced at once by screen readers. */
export const alert = (text: string): string => `<p role="alert"><strong>${escapeHtml(text)}</strong></p>`;

/** The page of an unknown object. */
export const unknownPage = (what: string): Page =>
  sandboxPage(
    `No such ${what}`,
    `<p>The sandbox does not know this ${escapeHtml(what)}. The sandbox keeps only the newest ones; older ones are deleted.</p>`,
    { status: 404 },
  );

/** An app's own scheme has no origin. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url.replace(/[{}]/g, ''));
  return origin === 'null' ? protocol : origin;
}
