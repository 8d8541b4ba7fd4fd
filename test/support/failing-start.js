import { DataSource } from 'typeorm';

/**
 * Preloaded with `--import` into an API process under test: a part of it cannot be made, after its queues have opened
 * connections. FAILING_START names the part: `initialize`, the pool of the database, or `getRepository`, what needs it.
 */
const part = process.env.FAILING_START;
const original = DataSource.prototype[part];

DataSource.prototype[part] = function failing(...words) {
  // The migration is a step before: its DataSource is not the application's.
  if (this.options.applicationName !== 'chat-api') return original.apply(this, words);
  const error = new Error('planted: this part cannot be made');
  if (part === 'initialize') return Promise.reject(error);
  throw error;
};
