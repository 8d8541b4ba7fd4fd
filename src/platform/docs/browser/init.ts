/** Starts Swagger UI. /docs loads it as a module, after Swagger UI's own script. */
import { tourPlugin } from './plugin.js';
import type { Spec } from './swagger-system.js';

/** The part of Swagger UI's bundle that is used here. */
declare const SwaggerUIBundle: ((options: object) => { fn: { tourFetch: unknown } }) & {
  presets: { apis: unknown };
};

// Passed as an object: Swagger UI parses a document at a URL as YAML, which takes ten times as long.
const spec = (await (await fetch('/docs/openapi-3.0.json')).json()) as Spec;

const ui = SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [tourPlugin(spec)],
  requestInterceptor: (request: { userFetch?: unknown }) => {
    request.userFetch = ui.fn.tourFetch;
    return request;
  },
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  // No badge: it would send the document's address to its vendor.
  validatorUrl: null,
});
