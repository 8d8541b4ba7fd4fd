import { rmSync } from 'node:fs';
import { readOptions } from './options.js';

/**
 * `npm run fuzz`: sends requests that the OpenAPI document allows or forbids, and checks every response. See
 * docs/fuzz.md.
 */
const options = readOptions(process.argv.slice(2));
process.setMaxListeners(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
(globalThis as { TEST_BACKEND?: string }).TEST_BACKEND = options.backend;
// The modules read the backend when they are loaded.
const { Campaign } = await import('./campaign.js');
const campaign = await Campaign.start(options);
await campaign.run();
const { output, isClean } = await campaign.end();
process.stdout.write(`${output}\n`);
if (isClean) rmSync(campaign.dir, { recursive: true, force: true });
process.exit(isClean ? 0 : 1);
