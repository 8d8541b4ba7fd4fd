import { PROBLEMS, type ProblemCode } from '../problem/problem-table.js';

/** Additional members of a code's problem, as shown in its example. */
const EXTRA: Partial<Record<ProblemCode, object>> = {
  validation_failed: {
    errors: [{ field: 'content', code: 'required', message: 'content is required.' }],
  },
  billing_refused: { reason: 'currency_mismatch' },
  already_subscribed: { manage: '/subscription/portal' },
  daily_limit_reached: {
    limit: 5,
    used: 5,
    resets_at: '2026-11-21T00:00:00.000Z',
    upgrade: '/subscribe/pro',
  },
};

/** Reference to the example of a code, which the document contains once for all routes. */
export const problemExampleRef = (code: ProblemCode): { $ref: string } => ({
  $ref: `#/components/examples/${code}`,
});

/** Placeholder for the address of the API in committed documents. */
const ANY_ADDRESS = 'http://localhost:3000';

/** `components.examples`: an example of each error. */
export function problemExamples(): Record<string, { summary: string; value: object }> {
  const codes = Object.keys(PROBLEMS) as ProblemCode[];
  return Object.fromEntries(
    codes.map((code) => [code, { summary: PROBLEMS[code].title, value: problemExample(code, ANY_ADDRESS) }]),
  );
}

/** The body of a code's problem, for the API at this address. */
export function problemExample(code: ProblemCode, address: string): object {
  return {
    type: `${address}/docs/errors#${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    detail: PROBLEMS[code].doc,
    code,
    instance: '/chatroom',
    request_id: '019a9d2e-5a1b-7c3d-8e4f-1a2b3c4d5e6f',
    ...EXTRA[code],
  };
}
