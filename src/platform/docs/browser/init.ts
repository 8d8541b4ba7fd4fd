/** Starts Swagger UI. Loaded by /docs as a module, after Swagger UI's own script. */
import { tourPlugin } from './plugin.js';
import type { Spec } from './swagger-system.js';

/** Swagger UI's bundle, as far as it is used here. */
declare const SwaggerUIBundle: ((options: object) => { fn: { tourFetch: unknown } }) & {
  presets: { apis: unknown };
};

// Given as an object: Swagger UI reads an address with a YAML parser, which takes ten times as long.
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
  // No badge: it would send the document's address to its maker.
  validatorUrl: null,
});
