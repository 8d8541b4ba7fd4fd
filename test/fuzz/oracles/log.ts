import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Finding } from '../findings.js';
import { CANARY } from '../values/texts.js';
import type { Cast } from '../scenario/cast.js';
import type { Target } from '../scenario/target.js';

/** A job of Stripe's inbox has the event's id, which may be any text: BullMQ names it when a busy process renews its lock late. */
const JOB_ID = /for job [^"]*/;

/** Finds texts of requests, tokens and numbers in the log, which must contain none. */
export async function logFindings({ logPath }: Target, casts: Cast[]): Promise<Finding[]> {
  const people = casts.flatMap((cast) => cast.people);
  const numbers = new Set(people.map(({ mobile }) => mobile.slice(1)));
  const found: Finding[] = [];
  const add = (kind: string, line: string) =>
    found.push({ oracle: 'secrets', kind, detail: line.slice(0, 400) });
  for await (const whole of createInterface({ input: createReadStream(logPath) })) {
    const line = whole.replace(JOB_ID, '');
    if (line.includes(CANARY)) add('a text of a request is in the log', line);
    // Every JSON Web Token begins with this.
    if (line.includes('eyJhbGciOi')) add('a token is in the log', line);
    const number = line.match(/\b919\d{9}\b/)?.[0];
    if (number !== undefined && numbers.has(number)) add('a number is in the log', line);
  }
  return found;
}
