/** One request of the run. */
export interface Step {
  operationId: string;
  /** Expected status; by default the document's first successful one. */
  status?: number;
  /** Further accepted statuses, for example when an object does not exist; then no values are kept. */
  or?: number[];
  /** Path parameters by name. */
  path?: Record<string, string>;
  /** Query parameters to send; others are present but disabled. */
  query?: Record<string, string>;
  /** Optional headers to send; others are present but disabled. */
  headers?: Record<string, string>;
  /** The body, where it differs from the document's example. */
  body?: object;
  /** Values kept for later requests: variable → path in the response. */
  keeps?: Record<string, string>;
  /** JavaScript that runs before the request, one statement per line. */
  before?: string[];
  /** Checks besides the status: name → expression that must be true; `answer` is the body. */
  checks?: Record<string, string>;
}
