import { buildOpenApi } from '../../src/platform/openapi/build-openapi.js';
import type { ApiDocument } from '../../src/platform/openapi/api-document.js';
import { previewApi } from './api-preview.js';

/** openapi.json: what /docs-json serves with every sandbox on. Without one it is the same less the Sandbox tag. */
export async function renderOpenApiJson(): Promise<string> {
  return `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
}

export async function openApiDocument(): Promise<ApiDocument> {
  return buildOpenApi(await previewApi());
}
