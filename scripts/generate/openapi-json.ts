import { buildOpenApi } from '../../src/platform/openapi/build-openapi.js';
import type { ApiDocument } from '../../src/platform/openapi/api-document.js';
import { previewApi } from './api-preview.js';

/** Renders openapi.json: /docs-json with every sandbox on. Without a sandbox only the tag Sandbox is missing. */
export async function renderOpenApiJson(): Promise<string> {
  return `${JSON.stringify(await openApiDocument(), null, 2)}\n`;
}

export async function openApiDocument(): Promise<ApiDocument> {
  return buildOpenApi(await previewApi());
}
