/** Where Gemini is and which key it wants. */
export interface GeminiEndpoint {
  /** Address before `/v1beta`, without it Google's own. */
  baseUrl: string | null;
  apiKey: string;
}

/**
 * Optional injection token. The composition root provides a {@link GeminiEndpoint} under it, from a global
 * module, when the sandbox stands in for Gemini: the sandbox's loopback address and its dummy key. Without it (or
 * with null) the configuration decides: GEMINI_BASE_URL, GEMINI_API_KEY.
 */
export const GEMINI_ENDPOINT = Symbol('GeminiEndpoint');
