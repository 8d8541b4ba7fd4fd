import { texts } from '../texts.js';

/** One script of POST /sandbox/llm/script (docs/sandbox.md). */
type Script = Record<string, unknown>;

const SHOWCASE = `## Two ways to reverse a list

A loop keeps *three* pointers and needs **no** extra memory:

\`\`\`ts
interface Node<T> {
  value: T;
  next: Node<T> | null;
}

// Each node is turned around once: O(n).
export function reverse<T>(head: Node<T> | null): Node<T> | null {
  let previous: Node<T> | null = null;
  while (head !== null) {
    const { next } = head;
    head.next = previous;
    previous = head;
    head = next;
  }
  return previous;
}
\`\`\`

| Way       | Time | Memory |
| --------- | :--: | -----: |
| loop      | O(n) |   O(1) |
| recursion | O(n) |   O(n) |

1. Take the loop where lists are long.
2. Take \`recursion\` where they are not.

> A recursion that is too deep ends the program.
`;

/** Pieces as a model sends them: a few words each. */
const pieces = (text: string): string[] => text.match(/[^]{1,12}/gu) ?? [];

const labels = texts.sandbox.scripts;

export const SCRIPTS: readonly { label: string; scripts: readonly Script[] }[] = [
  { label: labels.showcase, scripts: [{ chunks: pieces(SHOWCASE), chunk_delay_ms: 30 }] },
  { label: labels.slow, scripts: [{ first_delay_ms: 1500, chunk_delay_ms: 400 }] },
  { label: labels.unavailable, scripts: [{ outcome: 'http_error', status: 503 }] },
  { label: labels.rateLimited, scripts: [{ outcome: 'http_error', status: 429, retry_after_seconds: 5 }] },
  { label: labels.cut, scripts: [{ outcome: 'cut', after_chunks: 3, chunk_delay_ms: 200 }] },
  { label: labels.fails, scripts: [{ outcome: 'http_error', reason: 'bad_key' }] },
  { label: labels.safety, scripts: [{ outcome: 'safety' }] },
  { label: labels.truncated, scripts: [{ outcome: 'max_tokens' }] },
];
