import type { Finding } from '../findings.js';
import type { Target } from '../scenario/target.js';

/** Measurements during a run. The first half fills caches and pools, the second must not add to them. */
const LOOKS = 4;
/** Shorter runs end before all bounded structures are full. */
const JUDGED_FROM = 20_000;
/** More than the memory of the sequences that run at that moment. */
const MOST_GROWTH_MEGABYTES = 40;

/** Live memory of each process after a collection, while requests continue: growth with their number is a leak. */
export class HeapWatch {
  private readonly looks: { requests: number; megabytes: number[] }[] = [];
  private next: number;

  constructor(
    private readonly targets: Target[],
    private readonly requests: number,
  ) {
    this.next = requests / LOOKS;
  }

  /** Measures after each part of the run. */
  async look(requests: number): Promise<void> {
    if (requests < this.next) return;
    this.next += this.requests / LOOKS;
    this.looks.push({ requests, megabytes: await Promise.all(this.targets.map(aliveMegabytes)) });
  }

  findings(): Finding[] {
    const [, half] = this.looks;
    const last = this.looks.at(-1);
    if (this.requests < JUDGED_FROM || !half || !last) return [];
    return this.targets.flatMap(({ name }, at): Finding[] => {
      const growth = last.megabytes[at]! - half.megabytes[at]!;
      if (growth <= MOST_GROWTH_MEGABYTES) return [];
      return [{ oracle: 'cost', kind: `the heap of ${name} grows`, detail: this.toString() }];
    });
  }

  toString(): string {
    return this.looks.map(({ requests, megabytes }) => `${megabytes.join('/')} MB at ${requests}`).join(', ');
  }
}

/** Asks the process itself (heap-probe.ts). */
async function aliveMegabytes({ product: { process } }: Target): Promise<number> {
  return new Promise((resolve) => {
    const ended = () => resolve(NaN);
    const onMessage = (message: { aliveBytes?: number }) => {
      if (message.aliveBytes === undefined) return;
      process.off('message', onMessage).off('exit', ended);
      resolve(Math.round(message.aliveBytes / 1024 / 1024));
    };
    process.on('message', onMessage).once('exit', ended);
    if (!process.connected || !process.send('heap')) ended();
  });
}
