const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char]!);

const STYLE = `
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
  a { color: #3b6fd4 } code { font-size: .95em }
  li { margin: .4rem 0 } dt { margin-top: 1.2rem; scroll-margin-top: 1rem } dt:target { outline: 2px solid #3b6fd4; outline-offset: .3rem }
  dd { margin: 0 } .status { opacity: .7 }`;

/** What {@link htmlPage} needs: its own style sheet and nothing else, no script. */
export const PAGE_POLICY = { 'style-src': "'unsafe-inline'", 'img-src': 'data:' };

/** A small page that reads well on a phone, too. `body` is HTML. */
export function htmlPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
}
