import { rmSync } from 'node:fs';
import { readOptions } from './options.js';

/** `npm run fuzz`: sends what the OpenAPI document allows and what it forbids, and checks every answer. See docs/fuzz.md. */
const options = readOptions(process.argv.slice(2));
process.setMaxListeners(0);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
(globalThis as { TEST_BACKEND?: string }).TEST_BACKEND = options.backend;
// The backend is read when these are loaded.
const { Campaign } = await import('./campaign.js');
const campaign = await Campaign.start(options);
await campaign.run();
const { output, isClean } = await campaign.end();
process.stdout.write(`${output}\n`);
if (isClean) rmSync(campaign.dir, { recursive: true, force: true });
process.exit(isClean ? 0 : 1);
