/** Where Gemini is and which key it wants. */
export interface GeminiEndpoint {
  /** Address before `/v1beta`, without it Google's own. */
  baseUrl: string | null;
  apiKey: string;
}
