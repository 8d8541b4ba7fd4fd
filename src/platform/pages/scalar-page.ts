import { createHash } from 'node:crypto';
import { apiReference } from '@scalar/nestjs-api-reference';

/** The package ships no bundle: the page loads it from here, and says so where it cannot. */
const BUNDLE_ORIGIN = 'https://cdn.jsdelivr.net';

/** Scalar's page, and what it may load. */
export function scalarPage(): { html: string; policy: Record<string, string> } {
  let html = '';
  apiReference({
    url: '/docs-json',
    pageTitle: 'Chat backend',
    // Nothing but the bundle comes from elsewhere.
    withDefaultFonts: false,
    telemetry: false,
  })({} as never, { send: (text: string) => (html = text) } as never);
  const offline = `<p>Scalar’s script comes from ${BUNDLE_ORIGIN}. Without a way there, use <a href="/docs">/docs</a>.</p>`;
  html = html.replace('<div id="app"></div>', `<div id="app">${offline}</div>`);
  const inline = html.split('<script type="text/javascript">', 2)[1]?.split('</script>', 1)[0] ?? '';
  const hash = createHash('sha256').update(inline).digest('base64');
  return {
    html,
    policy: {
      'script-src': `${BUNDLE_ORIGIN} 'sha256-${hash}'`,
      'style-src': `'unsafe-inline' ${BUNDLE_ORIGIN}`,
      'font-src': `'self' data: ${BUNDLE_ORIGIN}`,
      'img-src': "'self' data: blob:",
      'connect-src': "'self'",
      'worker-src': 'blob:',
    },
  };
}
