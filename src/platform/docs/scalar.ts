import { readFile } from 'node:fs/promises';
import { KeptBytes } from '../pages/kept-bytes.js';
import type { Resource } from '../pages/resource.js';
import { pageHeaders } from '../http/edge/standard-headers.js';

/** Allows scripts and styles of this origin only; Scalar creates styles and images at run time. */
const POLICY = {
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'font-src': "'self' data:",
  'img-src': "'self' data: blob:",
  'connect-src': "'self'",
};

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Chat backend: reference</title>
</head>
<body>
<noscript>Scalar needs JavaScript. <a href="/docs-json">The OpenAPI document</a> does not.</noscript>
<div id="app"></div>
<script src="/scalar/standalone.js"></script>
<script src="/scalar/init.js"></script>
</body>
</html>
`;

/**
 * Scalar without its vendor's services: no fonts, telemetry, proxy, registry, hosted client or assistant. Requests go to
 * this origin.
 */
const CONFIGURATION = {
  url: '/docs-json',
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: '',
  hideClientButton: true,
  showDeveloperTools: 'never',
  documentDownloadType: 'none',
  agent: { disabled: true },
  mcp: { disabled: true },
  customCss: 'a[href="https://www.scalar.com"] { display: none }',
};

/** Scalar at /scalar, served from this process, so that it works offline and no other origin's script runs here. */
export function scalarResources(): Record<string, Resource> {
  return {
    '/scalar': {
      type: 'text/html; charset=utf-8',
      headers: pageHeaders(POLICY),
      bytes: new KeptBytes(() => HTML),
    },
    '/scalar/init.js': {
      type: 'text/javascript; charset=utf-8',
      bytes: new KeptBytes(() => `Scalar.createApiReference('#app', ${JSON.stringify(CONFIGURATION)});\n`),
    },
    '/scalar/standalone.js': {
      type: 'text/javascript; charset=utf-8',
      bytes: new KeptBytes(() => readFile(bundle())),
    },
  };
}

/** The bundle comes from Scalar's Fastify package; nothing else of it is used. */
const bundle = (): URL => new URL('js/standalone.js', import.meta.resolve('@scalar/fastify-api-reference'));
