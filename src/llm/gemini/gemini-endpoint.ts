/** Address and key of Gemini. */
export interface GeminiEndpoint {
  /** Address before `/v1beta`; null: Google's own. */
  baseUrl: string | null;
  apiKey: string;
}
