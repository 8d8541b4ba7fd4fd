import { pssKilobytes } from '../../../bench/lab/memory.js';
import type { Finding } from '../findings.js';
import type { Target } from '../scenario/target.js';

/** About three times the memory of an idle process; bodies, streams and caches are bounded. */
const MOST_MEGABYTES = 700;

export const residentMegabytes = ({ product }: Target): number =>
  Math.round(pssKilobytes(product.process.pid!) / 1024);

/** Checks that each process runs and responds, that its memory is bounded, and that it stops on request. */
export async function processFindings(target: Target): Promise<Finding[]> {
  const { product, wire, name } = target;
  const found: Finding[] = [];
  const alive = product.process.exitCode === null && product.process.signalCode === null;
  const answer = alive ? await wire.send({ method: 'GET', path: '/health/ready', headers: [] }) : null;
  if (answer?.status !== 200)
    found.push({
      oracle: 'alive',
      kind: `${name} is not ready at the end`,
      detail: `${answer?.status ?? 'it ended'}`,
    });
  const megabytes = residentMegabytes(target);
  if (megabytes > MOST_MEGABYTES)
    found.push({
      oracle: 'cost',
      kind: `the memory of ${name}`,
      detail: `${megabytes} MB, not ${MOST_MEGABYTES} at most`,
    });
  wire.close();
  await product.close();
  return found;
}
