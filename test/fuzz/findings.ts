import type { WireAnswer, WireRequest } from './requests/wire.js';

/** Names of the faults that must never occur, as in reports and plants. */
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
  /** Equal for findings of the same cause, which are shown once. */
  kind: string;
  detail: string;
  /** Place of the finding; absent if it belongs to no sequence. */
  sequence?: number;
  /** The request, as small as shrinking made it. */
  curl?: string;
}

/** Collects findings, with one example of each kind. */
export class Findings {
  readonly kinds = new Map<string, { finding: Finding; count: number }>();

  /** @returns true for the first finding of its kind */
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

/** The request as a shell command. */
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

/** The text that shows a response beside its request. */
export const shown = ({ status, text, broken }: WireAnswer): string =>
  broken ? `${status} ${broken}` : `${status} ${text.slice(0, 300)}`;
