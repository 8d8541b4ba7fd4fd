import { strict as assert } from 'node:assert';
import { resolve } from 'node:path';
import { tour as heyApi } from './hey-api.js';
import { tour as openapiFetch } from './openapi-fetch.js';
import { tour as orval } from './orval.js';
import { startProduct } from './product.js';
import { tour as swaggerTypescriptApi } from './swagger-typescript-api.js';
import { FIRST, type Seen, type Streamed, type Tour } from './tour.js';

// Runs every generated client against the product. "N passed, N failed" is the last line; exits non-zero when one failed.
const TOURS: Record<string, Tour> = {
  'openapi-typescript + openapi-fetch': openapiFetch,
  '@hey-api/openapi-ts': heyApi,
  orval,
  'swagger-typescript-api': swaggerTypescriptApi,
};

function check({ answer, history, sent, followed }: Seen): void {
  assert.notEqual(answer, '');
  assert.deepEqual(history, [answer, FIRST.content]);
  checkStream(sent, ['accepted', 'status']);
  checkStream(followed, ['status', 'reset']);
  assert.equal(followed.final, sent.final);
}

function checkStream({ types, text, final }: Streamed, first: string[]): void {
  assert.deepEqual(types.slice(0, 2), first);
  assert.equal(types.at(-1), 'done');
  assert.notEqual(text, '');
  assert.equal(text, final);
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const product = await startProduct(resolve(import.meta.dirname, '../../..'));
let failed = 0;
for (const [name, tour] of Object.entries(TOURS)) {
  try {
    const seen = await tour(product.url, `+9198${Math.random().toFixed(8).slice(2)}`);
    check(seen);
    say(`ok      ${name}: ${seen.history.length} messages, ${seen.sent.types.length} events`);
  } catch (error) {
    failed += 1;
    say(`FAILED  ${name}: ${(error as Error).stack}`);
  }
}
await product.stop();
say(`${Object.keys(TOURS).length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
