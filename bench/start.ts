import { tables } from './report/markdown.js';
import { measureStartUp } from './start-up.js';

/** `npm run bench:start`: time to ready, and memory. */
const startUp = await measureStartUp();
process.stdout.write(
  `${tables({ startUp, comparisons: [], growth: [], flat: [], answers: [], streams: [], strangers: [], billing: [], imports: [], documents: [], search: null, tracing: null })}\n`,
);
process.exit(0);
