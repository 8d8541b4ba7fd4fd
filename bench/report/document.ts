import { tables } from './markdown.js';
import { TARGETS, type Machine, type Results } from './results.js';

/** docs/bench.md, whole. */
export function document(results: Results, effort: string): string {
  return `# What it costs

<!-- Written by \`npm run bench\`. Do not edit. -->

${machineLine(results.machine)} ${effort} Everything runs on the one machine and shares its processors: the load, the server that is
measured, PostgreSQL (fsync on) and Redis (AOF). Ratios travel to another machine, requests per second do not.

![Requests per second as a share of a bare server's](bench.svg)

${tables(results)}

✗ marks what misses its target. *CPU* is processor time of the server's own process a request.

## What is compared

**Product** is the compiled API process in production settings: authentication, requests per minute, the day's quota,
idempotency, validation, security headers, the request log to a file. Its limits are so high that nobody meets them. No
worker runs, because making answers would eat the processor that is measured; a statement every quarter of a second ends
the replies instead, of both contenders.

**Bare** is what a careful person would write without a framework (\`bench/bare/\`): Fastify, the same check of the token
(HS256, KeyObject) on each request, the same client libraries; for the list one \`GET\` of a stored text of the same bytes; for
the send the product's own SQL text, prepared under a name, with an Idempotency-Key, then the same job and the same new
version of the cached list. It has no limits, no log, no validation, no problem documents.

**The two-row floor** is that server with two rows inserted and nothing else: what any chat backend must at least do.

64 people on Pro ask for lists, 1,024 send, over 32 connections (autocannon, a process of its own); every send opens a room
of its own, and nobody has more than a few replies at work, so that each adds a job. The runs take turns (A B, B A, …), each
after a warm-up and a checkpoint; medians over the rounds. The send is measured with the queue on Redis and with the job
inside the statement on PostgreSQL, where there is no Redis at all and the
requests per minute are counted in PostgreSQL, too.

**Growth** asks the same of a database with 1,000 and of one with 1,000,000 messages, in turns, one request at a time: half of
the messages are in the one room that is asked about, half are other people's. Medians through HTTP.

**Start** is \`npm start\` in an empty data folder, from the command (which builds) to \`/health/ready\`. **Memory** is the sum of
PSS (a shared page counts once) of all processes, idle after the first answer, at most ${TARGETS.megabytes} MB.

## Again

\`\`\`sh
npm run bench              # all of it, some ten minutes; rewrites this page
npm run bench -- --quick   # a few minutes, to standard output only
npm run bench -- --only=list,send-redis,send-postgres,growth
npm run bench:start        # start and memory
npm run bench:profile list # or send-redis, send-postgres: where the product's time goes
\`\`\`
`;
}

const machineLine = ({ processors, gigabytes, platform, node }: Machine): string =>
  `${processors} processors, ${gigabytes} GB, ${platform}, Node ${node}.`;
