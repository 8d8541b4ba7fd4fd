import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProduct, type Product } from '../support/product.js';

interface Run {
  stats: Record<'requests' | 'assertions', { total: number; failed: number }>;
  failures: { source?: { name: string }; error: { test?: string; message: string } }[];
}

let product: Product;
const folder = mkdtempSync(join(tmpdir(), 'chat-newman-'));
beforeAll(async () => {
  product = await startProduct();
});
afterAll(async () => {
  await product.close();
  rmSync(folder, { recursive: true, force: true });
});

/** "Run collection", as the command line does it: the committed files, and where the product is. */
async function runCollection(): Promise<Run> {
  const report = join(folder, 'run.json');
  const newman = spawn(process.execPath, [
    'node_modules/newman/bin/newman.js',
    'run',
    'postman/collection.json',
    '--environment=postman/environment.json',
    `--env-var=base_url=${product.url}`,
    '--reporters=json',
    `--reporter-json-export=${report}`,
  ]);
  await new Promise((resolve) => newman.once('exit', resolve));
  return (JSON.parse(readFileSync(report, 'utf8')) as { run: Run }).run;
}

const text = readFileSync('postman/collection.json', 'utf8');
const { item: folders } = JSON.parse(text) as {
  item: { name: string; item: { name: string }[] }[];
};
const requests = folders.flatMap(({ item }) => item).length;
/** What scripts ask beside: the sandbox's Pay button. */
const asides = text.split('pm.sendRequest(').length - 1;

it(`"Run collection": all ${requests} requests pass with no hand-editing, and again`, async () => {
  for (const _ of ['first', 'again']) {
    const { stats, failures } = await runCollection();
    expect(failures.map(({ source, error }) => `${source?.name}: ${error.test} ${error.message}`)).toEqual(
      [],
    );
    expect(stats.requests).toMatchObject({ total: requests + asides, failed: 0 });
    expect(stats.assertions.total).toBeGreaterThan(requests);
  }
}, 60_000);
