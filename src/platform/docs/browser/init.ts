/** Starts Swagger UI. Loaded by /docs as a module, after Swagger UI's own script. */

/** Swagger UI's bundle, as far as it is used here. */
declare const SwaggerUIBundle: ((options: object) => unknown) & { presets: { apis: unknown } };

// Given as an object: Swagger UI reads an address with a YAML parser, which takes ten times as long.
const spec: unknown = await (await fetch('/docs/openapi-3.0.json')).json();

SwaggerUIBundle({
  spec,
  dom_id: '#swagger-ui',
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
  // No badge: it would send the document's address to its maker.
  validatorUrl: null,
});
