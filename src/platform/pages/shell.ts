import { createHash } from 'node:crypto';
import type { Config } from '../config/config.js';
import { escapeHtml } from './html.js';
import { SHELL_STYLE } from './shell-style.js';

export const PRODUCT_NAME = 'Chat backend';

/** A speech bubble. As an icon it has a colour of its own: the page's style does not reach it. */
const BUBBLE = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="${color}" stroke-width="2" stroke-linejoin="round" aria-hidden="true"><path d="M4 4h16v12h-8l-5 4v-4H4zM8 8.5h8M8 12h5"/></svg>`;
const ICON = `data:image/svg+xml,${encodeURIComponent(BUBBLE('#5b86e5'))}`;

const hash = createHash('sha256').update(SHELL_STYLE).digest('base64');

/** What {@link shellPage} needs: its one style sheet by its hash, its icon, no script. */
export const SHELL_POLICY = { 'style-src': `'sha256-${hash}'`, 'img-src': 'data:' };

/** A page of the product. */
interface ShellPage {
  /** Its own path: the navigation marks it. */
  path: string;
  title: string;
  /** HTML, with the `h1`. */
  main: string;
}

const REFERENCE: [string, string][] = [
  ['/docs', 'Swagger UI'],
  ['/scalar', 'Scalar'],
];

/** The frame of the developers' pages: header with navigation, content, footer. Only what is on is linked. */
export function shellPage({ docs }: Pick<Config, 'docs'>, { path, title, main }: ShellPage): string {
  const places: [string, string][] = [
    ['/', 'Start'],
    ...(docs ? REFERENCE : []),
    ['/docs/errors', 'Errors'],
    ['/health/ready', 'Health'],
  ];
  const links = places.map(
    ([to, name]) => `<li><a href="${to}"${to === path ? ' aria-current="page"' : ''}>${name}</a></li>`,
  );
  const name = title === PRODUCT_NAME ? title : `${title} · ${PRODUCT_NAME}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="${ICON}">
<title>${escapeHtml(name)}</title>
<style>${SHELL_STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><div class="frame">
<a class="brand" href="/">${BUBBLE('currentColor')}${PRODUCT_NAME}</a>
<nav aria-label="Main"><ul>
${links.join('\n')}
</ul></nav>
</div></header>
<main id="main" class="frame" tabindex="-1">
${main}
</main>
<footer><div class="frame">${PRODUCT_NAME}. Every error is <code>application/problem+json</code>; <code>X-Request-Id</code> names a request in the log.</div></footer>
</body>
</html>
`;
}
