import { jest } from '@jest/globals';

/**
 * In CI a failed test runs once more, because a machine that other jobs keep busy misses a product's own time limits (a
 * Stripe that is silent for 1.7 s counts as down). closing-reporter.js names every test that needed it at the end of the
 * run: a name that comes back is a defect. A broken guarantee fails both times.
 */
if (process.env['CI']) jest.retryTimes(1, { logErrorsBeforeRetry: true });
