/** One request of the run, with what makes it work in its place. */
export interface Step {
  operationId: string;
  /** The answer that the run expects; the first successful one of the document without it. */
  status?: number;
  /** Other answers that are as right, e.g. because nothing is there; then nothing is kept. */
  or?: number[];
  /** Path parameters, by name. */
  path?: Record<string, string>;
  /** Query parameters that are sent; the others are there, switched off. */
  query?: Record<string, string>;
  /** Optional headers that are sent; the others are there, switched off. */
  headers?: Record<string, string>;
  /** The body, where the document's example would not do. */
  body?: object;
  /** What the following requests need: variable → path in the answer. */
  keeps?: Record<string, string>;
  /** JavaScript before it, one statement a line. */
  before?: string[];
  /** What is checked beside the status: name → expression that must be true; `answer` is the body. */
  checks?: Record<string, string>;
}
