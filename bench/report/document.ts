import { ANSWER_CONNECTIONS, PIECES } from '../answers/plan.js';
import { AT_ONCE, FLOOD } from '../streams/fairness.js';
import { IDLE_STREAMS } from '../streams/idle-memory.js';
import { EVENTS_PER_SECOND } from '../billing/billing.js';
import { NAIVE_PACKAGES } from '../naive/python.js';
import { LIVE, PICK_UPS_PER_SECOND } from '../streams/latencies.js';
import { tables } from './markdown.js';
import { TARGETS, type Machine, type Results } from './results.js';

/** Renders docs/bench.md. */
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
idempotency, validation, security headers, the request log to a file. Its limits are so high that no run reaches them. No
worker runs, because making answers would eat the processor that is measured; a statement every quarter of a second ends
the replies instead, of both contenders.

**Bare** is what a careful person would write without a framework (\`bench/bare/\`): Fastify, the same check of the token
(HS256, KeyObject) on each request, the same client libraries; for the list one \`GET\` of a stored text of the same bytes; for
the send the product's own SQL text, prepared under a name, with an Idempotency-Key, then the same job and the same new
version of the cached list. It has no limits, no log, no validation, no problem documents.

**The two-row floor** is that server with two rows inserted and nothing else: what any chat backend must at least do.

64 people on Pro ask for lists, 1,024 send, over 32 connections (autocannon, a process of its own); every send opens a room
of its own, and no user has more than a few replies at work, so that each adds a job. The runs take turns (A B, B A, …), each
after a warm-up and a checkpoint; medians over the rounds. The send is measured with the queue on Redis and with the queue
on PostgreSQL, where there is no Redis at all and the
requests per minute are counted in PostgreSQL, too.

**Growth** asks the same of a database with 1,000 and of one with 1,000,000 messages, in turns, one request at a time: half of
the messages are in the one room that is asked about, half are other people's. Medians through HTTP.

**A packet** is a request that any client can send without a token (\`bench/strangers/packets.ts\`): bytes that are not HTTP, headers of 15 KiB,
bodies of 512 KiB. Processor time of the API process for one, the least of three rounds; memory is its peak beyond what it held
before, for one of 16 that come at once. The table has the dearest.

**Opening "send"** is a click in Swagger UI at \`/docs\` in Chromium, until the operation is drawn: with the 3.1 document, and with the
3.0.3 rendering of it that \`/docs\` gives it. Processor time of the page's main thread, the least of five rounds in turns.

**An answered message** is one with \`Prefer: wait\`, from the request until its final reply, over ${ANSWER_CONNECTIONS} connections; the model answers
at once, with ${PIECES} pieces. API and worker are processes of their own, on default settings. Processor time is counted for each
program: user and system time of API and worker, of all PostgreSQL processes, and of Redis; the load and the model are not
counted. **The bare implementation** is the bare server with a worker of its own (\`bench/bare/worker.ts\`): BullMQ, Google's
client and the product's own statements to claim, to read the conversation and to finish, the pieces published; no time
limits, no breaker, no fallback, no lease renewal, no stop, no text in the row before its end. **The naive backend**
(\`bench/naive/\`) is what tutorials teach: FastAPI on uvicorn (uvloop, httptools), SQLAlchemy's ORM with tables of its own, one
Celery task a reply over Redis with two worker processes a processor, and a request that waits for the task's result; no outbox,
idempotency, fencing, order, stream or stop. Its processor time includes the children of its worker. Each of those makes one reply at a
time, which a model that answers at once does not show. The profile is taken in a run of its own, of compiled files that are not
bundled, so that packages can be told apart.

**Start** is \`npm start\` in an empty data folder, from the command (which builds) to \`/health/ready\`. **Memory** is the sum of
PSS (a shared page counts once) of all processes, idle after the first answer, at most ${TARGETS.embeddedMegabytes} and ${TARGETS.separateMegabytes} MB.

## Streaming

On each backend: the API process, one worker (\`WORKER_CONCURRENCY=1000\`) and the model are processes of their own, and the one
that runs the benchmark asks, over HTTP, and reads. The model (\`bench/streams/model.program.ts\`) speaks Gemini's wire on
loopback; each piece of its text says when the call had come and when the piece was written, on the machine's steady clock,
which all processes share. Every message goes into a room of its own, of 1,000 people in turns.

- **First token**: some ${LIVE} replies are live at a time, and the model is silent for half a second before each. From the
  request (\`POST …/message\` with \`Accept: text/event-stream\`) to the first \`delta\` at its reader, less what passed at the model
  between the call and its first piece: accepting, the queue, the worker's start, and the way back. **One at a time**: the model
  is silent for 20 ms, writes three pieces in 40 ms, and the next message is sent when the answer is there. Each user has used the API
  before: the first request with an access token also records the use of its session.
- **Commit to the claim**: at ${PICK_UPS_PER_SECOND} messages a second, from PostgreSQL's own commit timestamp (\`track_commit_timestamp\`; it is taken
  before the commit is flushed, so that the disk is inside) to the statement with which a worker takes the reply: the queue
  and the worker's start. To **the call**'s headers at the model, there come the conversation and the connection.
- **Stop**: \`POST …/stop\` in the middle of an answer, until the answer with the reply as it stays.
- **Delivery**: 20 pieces a second in each stream, each from its writing to its reader. Where fewer were written than were
  asked of the model, the machine had no processor left: the readers and the model live on it, too.
- **Fairness**: the worker makes ${AT_ONCE} replies at a time; ten others a second send a message each, at first alone, then
  while one person's ${FLOOD.toLocaleString('en')} messages, sent at once into as many rooms, are worked on. From the request to the call's
  headers at the model; each answer takes 0.2 s.
- **A stream that waits**: growth of the API process (PSS, garbage collected before each look) with ${IDLE_STREAMS} streams of replies
  that is idle, after as many were opened and closed.

## Billing

API and worker are processes of their own; Stripe's sandbox lives in the one that runs the benchmark.

- **Webhook**: signed events about random customers, ${EVENTS_PER_SECOND} a second, each until it is acknowledged: signature, inbox, job. The
  worker asks the sandbox meanwhile, as it would ask Stripe.
- **Pay to Pro**: from the Pay button to the first \`GET /user/me\` that says Pro (asked every few milliseconds), by the
  sandbox's webhooks alone; \`POST /subscription/sync\` is not called.

## Search

One person's searches among the messages of others, one at a time, in the process that runs the benchmark and without HTTP: the first
page of 50 and the second one, 100 of each kind. Texts of 8 to 60 words, frequent as in a language. The sends are the product's statement, in
turns with the triggers of search on and off. \`--own=N --others=N\` sets other sizes.

## Tracing

Answered messages as above, in turns without and with \`OTEL_EXPORTER_OTLP_ENDPOINT\`, whose collector takes every span. A place of a span
without tracing is measured by itself: two million times the function that would make it, less as many times the function that it calls.

## Moving in

\`npm run import\` ([moving-in.md](moving-in.md)) as a command of its own, from files of an old backend into an empty database:
20 messages to a room, 5 rooms to a person, some 300 bytes each, those of a room spread over the whole file. **Memory** is
the most that the command had (\`maxRSS\`): it levels off within the first seconds. **Again** is the same command once more, which
finds that nothing is new.

## Again

\`\`\`sh
npm run bench              # all of it, half an hour or more; rewrites this page
npm run bench -- --quick   # a few minutes, to standard output only
npm run bench -- --only=list,send-redis,send-postgres,growth,flat,answer,billing,import,streams,strangers,docs,search,tracing
npm run bench:start        # start and memory
npm run bench:grouped      # sends of several users in one statement (ADR 0035)
npm run bench:profile list # or send-redis, send-postgres, answer-redis, answer-postgres: where the product's time goes
\`\`\`

The naive backend needs ${NAIVE_PACKAGES}; without them the benchmark says so and leaves it out.
`;
}

const machineLine = ({ processors, gigabytes, platform, node }: Machine): string =>
  `${processors} processors, ${gigabytes} GB, ${platform}, Node ${node}.`;
