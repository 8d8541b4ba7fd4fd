import { GeminiApiError, invalidKey } from './gemini-api.error.js';

/**
 * The only key that the sandbox accepts; it is valid nowhere else. A real key is refused, so that a wrong configuration
 * is noticed.
 */
export const SANDBOX_API_KEY = 'gemini-sandbox-key';

/**
 * Checks the key as the real API does, but only in the header, because a key in a URL gets into logs.
 * @throws GeminiApiError 403 without a key, 400 for a wrong one, 401 for a bearer token
 */
export function checkApiKey(headers: Readonly<Record<string, string | string[] | undefined>>): void {
  const key = headers['x-goog-api-key'];
  if (key === SANDBOX_API_KEY) return;
  if (key !== undefined) throw invalidKey();
  if (headers.authorization !== undefined) {
    throw new GeminiApiError(
      401,
      'UNAUTHENTICATED',
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    );
  }
  throw new GeminiApiError(
    403,
    'PERMISSION_DENIED',
    "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  );
}
