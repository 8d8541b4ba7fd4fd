import { z } from 'zod';
import type { StripeState, WaitingScript } from '../state/stripe-state.js';

/**
 * Behaviour of the API instead of, or around, its response. `http_error`: `status` (default 500), nothing is changed ·
 * `rate_limited`: 429 · `hang`: no response until the caller disconnects · `slow`: waits `delayMs` (default 1000), then
 * responds · `cut`: the connection is destroyed, nothing is changed · `after`: the work is done, then the connection is
 * destroyed, so that the caller does not know the result · `empty`: 200 with an object without fields.
 */
export const SCRIPT_OUTCOMES = [
  'http_error',
  'rate_limited',
  'hang',
  'slow',
  'cut',
  'after',
  'empty',
] as const;
export type ScriptOutcome = (typeof SCRIPT_OUTCOMES)[number];

/** One instruction to the API. */
export interface StripeScript {
  /** `POST /v1/checkout/sessions`; `*` matches any text, `:id` an id. Without it: the next request of any caller. */
  match?: string;
  outcome: ScriptOutcome;
  /** Of `http_error`. */
  status?: number;
  /** Of `slow`. */
  delayMs?: number;
  /** How many requests it serves; default 1. */
  times?: number;
}

/** A forgotten loop of tests must not fill the memory. */
const MAX_WAITING = 1000;

const wireScript = z.strictObject({
  match: z.string().min(1).max(500).optional(),
  outcome: z.enum(SCRIPT_OUTCOMES),
  status: z.int().min(400).max(599).optional(),
  delay_ms: z.int().min(0).max(600_000).optional(),
  times: z.int().min(1).max(10_000).optional(),
});
const wireScripts = z.array(wireScript).min(1).max(100);

/** The errors of a script, by field (`0.times`). */
export class InvalidStripeScriptError extends Error {
  constructor(readonly issues: readonly { field: string; message: string }[]) {
    super('the script cannot be read');
    this.name = 'InvalidStripeScriptError';
  }
}

/** Reads the `scripts` of `POST /sandbox/stripe/script`. @throws InvalidStripeScriptError */
export function parseStripeScripts(scripts: unknown): StripeScript[] {
  const parsed = wireScripts.safeParse(scripts);
  if (!parsed.success)
    throw new InvalidStripeScriptError(
      parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
    );
  return parsed.data.map(({ delay_ms, ...same }) => ({ ...same, delayMs: delay_ms }));
}

/** @throws RangeError when too many are waiting already */
export function addScripts(state: StripeState, scripts: readonly StripeScript[]): void {
  if (state.scripts.length + scripts.length > MAX_WAITING)
    throw new RangeError(`more than ${MAX_WAITING} scripts are waiting`);
  state.scripts.push(...scripts.map((script) => ({ ...script, times: script.times ?? 1 })));
}

/** Uses one turn of the first script that matches this request. */
export function takeScript(
  state: StripeState,
  method: string,
  paths: readonly string[],
): WaitingScript | null {
  const script = state.scripts.find(
    ({ match }) => match === undefined || paths.some((path) => fits(match, `${method} ${path}`)),
  );
  if (!script) return null;
  const taken = { ...script };
  script.times -= 1;
  if (script.times <= 0) state.scripts.splice(state.scripts.indexOf(script), 1);
  return taken;
}

/**
 * True if the pattern, in which `*` matches any text, matches the whole request. By index, because a regular expression
 * with many stars backtracks.
 */
function fits(match: string, request: string): boolean {
  const [start = '', ...parts] = match.split('*');
  const end = parts.pop();
  if (end === undefined) return match === request;
  if (!request.startsWith(start)) return false;
  let from = start.length;
  for (const part of parts) {
    const at = request.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return request.length - end.length >= from && request.endsWith(end);
}
