import type { WireAnswer, WireRequest } from './requests/wire.js';

/** What must never happen; the names that reports and plants go by. */
export const ORACLES = {
  server: 'no answer is 5xx, and none is missing or cut off',
  document: 'status, media type, schema, code and headers of every answer are in the document',
  taken: 'what the document forbids is not answered 2xx',
  refused: 'what the document allows is not refused for its form',
  foreign: 'a foreign id answers like an unknown one, byte for byte',
  untouched: 'foreign data is unchanged afterwards',
  journey: 'a journey gets the statuses that it must get',
  raw: 'bytes that are no HTTP get a 4xx in the one form, or no answer',
  cost: 'no answer takes longer than its bound, and memory stays below its own',
  alive: 'the process lives, and says so at the end',
  secrets: 'no token, code, number or text of a request is in the log',
  coverage: 'every operation was answered 2xx',
} as const;
export type Oracle = keyof typeof ORACLES;

export interface Finding {
  oracle: Oracle;
  /** What is alike in findings of one cause: shown once. */
  kind: string;
  detail: string;
  /** Where it happened; absent where it belongs to no sequence. */
  sequence?: number;
  /** The request, and as small as shrinking made it. */
  curl?: string;
}

/** Collects findings, one example of each kind. */
export class Findings {
  readonly kinds = new Map<string, { finding: Finding; count: number }>();

  /** @returns is it the first of its kind? */
  add(finding: Finding): boolean {
    const key = `${finding.oracle} ${finding.kind}`;
    const known = this.kinds.get(key);
    if (known) known.count += 1;
    else this.kinds.set(key, { finding, count: 1 });
    return !known;
  }

  has({ oracle, kind }: Pick<Finding, 'oracle' | 'kind'>): boolean {
    return this.kinds.has(`${oracle} ${kind}`);
  }

  of(oracle: Oracle): number {
    return [...this.kinds.values()]
      .filter(({ finding }) => finding.oracle === oracle)
      .reduce((sum, { count }) => sum + count, 0);
  }
}

const SHELL_BODY_MAX = 4000;

/** The request as a command for a shell. */
export function curlOf(url: string, { method, path, headers, body }: WireRequest): string {
  const words = [`curl -i -X ${method} --path-as-is '${url}${path}'`];
  for (const [name, value] of headers)
    words.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${shortened(value)}`)}`);
  if (body) words.push(`--data-binary ${quoted(shortened(body.toString('latin1')))}`);
  return words.join(' \\\n    ');
}

const shortened = (text: string): string =>
  text.length > SHELL_BODY_MAX ? `${text.slice(0, SHELL_BODY_MAX)}…(${text.length} bytes in all)` : text;

/** ANSI-C quoting (bash): every byte that is not plain is written as an escape. */
export const quoted = (text: string): string =>
  `$'${text.replace(/[^ -&(-[\]-~]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;

/** How an answer is shown beside a request. */
export const shown = ({ status, text, broken }: WireAnswer): string =>
  broken ? `${status} ${broken}` : `${status} ${text.slice(0, 300)}`;
