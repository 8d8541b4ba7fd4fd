import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pageHeaders } from '../http/edge/standard-headers.js';
import { KeptBytes } from '../pages/kept-bytes.js';
import type { Resource } from '../pages/resource.js';
import { TOUR_STYLE } from './tour-style.js';

/** Allows Swagger UI's own files, inline styles, and requests to the API. */
const POLICY = {
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
};

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Chat backend: try the API</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/tour.css">
</head>
<body>
<noscript>Swagger UI needs JavaScript. <a href="/docs-json">The OpenAPI document</a> does not.</noscript>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script type="module" src="/docs/browser/init.js"></script>
</body>
</html>
`;

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
/** Files of the package swagger-ui-dist that the page loads. */
const FILES = {
  'swagger-ui-bundle.js': SCRIPT,
  'swagger-ui.css': STYLE,
  'favicon-32x32.png': 'image/png',
};
/** Compiled scripts of `browser/`. */
const SCRIPTS = ['call', 'fills', 'form-filler', 'guide', 'init', 'plugin', 'session', 'tour'];

/** Swagger UI at /docs. */
export function swaggerResources(): Record<string, Resource> {
  const files = Object.entries(FILES).map(([name, type]): [string, Resource] => [
    `/docs/${name}`,
    { type, bytes: new KeptBytes(() => readFile(join(packageFolder(), name))) },
  ]);
  const scripts = SCRIPTS.map((name): [string, Resource] => [
    `/docs/browser/${name}.js`,
    { type: SCRIPT, bytes: new KeptBytes(() => ownScript(`${name}.js`)) },
  ]);
  return {
    '/docs': {
      type: 'text/html; charset=utf-8',
      headers: pageHeaders(POLICY),
      bytes: new KeptBytes(() => HTML),
    },
    '/docs/tour.css': { type: STYLE, bytes: new KeptBytes(() => TOUR_STYLE) },
    ...Object.fromEntries([...files, ...scripts]),
  };
}

const packageFolder = (): string =>
  dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

/** Removes the line that names the source map, which is not served. */
async function ownScript(name: string): Promise<string> {
  const text = await readFile(new URL(`browser/${name}`, import.meta.url), 'utf8');
  const end = text.lastIndexOf('//# sourceMappingURL=');
  return end < 0 ? text : text.slice(0, end);
}
