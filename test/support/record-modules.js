import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded with `--import` into a program under test: writes the URL of every ES module that it loads to the file in
 * RECORD_MODULES. Node runs the hook below in its own thread.
 */
if (isMainThread) register(import.meta.url);

export async function load(url, context, next) {
  appendFileSync(process.env.RECORD_MODULES, `${url}\n`);
  return next(url, context);
}
