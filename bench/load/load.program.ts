import { createRequire } from 'node:module';
import { resolve as resolvePath } from 'node:path';
import type autocannonFunction from 'autocannon';
import type { Client, Request } from 'autocannon';
import type { LoadPlan, LoadResult } from './load.plan.js';
import { lanes } from './load.requests.js';

/** Installed by `npm run bench` from bench/package.json, not with the product's packages. */
const autocannon = createRequire(resolvePath('bench/package.json'))(
  'autocannon',
) as typeof autocannonFunction;

const ACCEPTED = 202;

/** The process of the load: takes one plan, responds with one result, ends. */
process.once('message', (plan: LoadPlan) => {
  run(plan).then(
    (result) => process.send!({ result }, () => process.disconnect()),
    (error: Error) => process.send!({ error: error.message }, () => process.disconnect()),
  );
});

async function run(plan: LoadPlan): Promise<LoadResult> {
  const [early, late] = isRepeatable(plan) ? [lanes(plan), lanes(plan)] : split(plan);
  const warmUp = await fire(plan, early, plan.warmUpSeconds);
  const result = await fire(plan, late, plan.seconds);
  return {
    ...result,
    requests: warmUp.requests + result.requests,
    failures: warmUp.failures + result.failures,
  };
}

/** Asks the same again when a lane is at its end. */
const isRepeatable = ({ kind }: LoadPlan): boolean => kind === 'list' || kind === 'floor';

/** Each send is made once, so the warm-up uses its share of the rooms. */
function split(plan: LoadPlan): [early: Request[][], late: Request[][]] {
  const all = lanes(plan);
  const cut = Math.floor((all[0]!.length * plan.warmUpSeconds) / (plan.warmUpSeconds + plan.seconds));
  return [all.map((lane) => lane.slice(0, cut)), all.map((lane) => lane.slice(cut))];
}

/**
 * Sends requests for `seconds`; latencies are kept individually, because autocannon's histogram rounds to milliseconds.
 */
function fire(plan: LoadPlan, lanes: Request[][], seconds: number): Promise<LoadResult> {
  const latencies: number[] = [];
  let lane = 0;
  let begun = 0;
  let unanswered = 0;
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url: plan.url,
        connections: plan.connections,
        duration: seconds,
        // No message is sent twice.
        ...(!isRepeatable(plan) && { maxConnectionRequests: lanes[0]!.length }),
        setupClient: (client: Client) => client.setRequests(lanes[lane++]!),
      },
      (error: Error | null, result) => {
        if (error) return reject(error);
        const elapsed = (performance.now() - begun) / 1000;
        const failures = result.non2xx + result.errors + result.timeouts + unanswered;
        resolve(summary(latencies, elapsed, failures));
      },
    );
    instance.on('start', () => (begun = performance.now()));
    instance.on('response', (_client, status, _bytes, responseTime) => {
      latencies.push(responseTime);
      // The reply was not final: a wait that was over.
      if (plan.kind === 'answer' && status === ACCEPTED) unanswered += 1;
    });
  });
}

function summary(latencies: number[], elapsed: number, failures: number): LoadResult {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requestsPerSecond: sorted.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    requests: sorted.length,
    failures,
  };
}
