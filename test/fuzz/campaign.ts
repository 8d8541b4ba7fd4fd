import { ADMIN_URL, REDIS_URL } from '../support/servers.js';
import { startServers, stopServers } from '../support/start-servers.js';
import { Coverage } from './coverage.js';
import { Document } from './document.js';
import { Findings } from './findings.js';
import { JOURNEYS } from './journeys/index.js';
import type { Options } from './options.js';
import { HeapWatch } from './oracles/heap.js';
import { logFindings } from './oracles/log.js';
import { processFindings, residentMegabytes } from './oracles/processes.js';
import { details, report } from './report.js';
import { Plans } from './requests/plans.js';
import { Cast } from './scenario/cast.js';
import { Sender } from './scenario/sender.js';
import { JourneyEnds, mixed, Sequence } from './scenario/sequence.js';
import { startTargets, type Target } from './scenario/target.js';
import { belongings, changes, settleStranger } from './scenario/untouched.js';

/** Every n-th sequence runs against the process with the limits that the product ships with. */
const LIMITED_EVERY = 8;
const PROGRESS_MS = 10_000;
/** In shorter runs not every journey occurs. */
const COVERAGE_FROM = 2000;

/** One run: sequences, several at a time, until all requests are sent. */
export class Campaign {
  readonly findings = new Findings();
  readonly coverage = new Coverage();
  private readonly document = new Document();
  private readonly plans = new Plans(this.document);
  private readonly casts: Cast[] = [];
  private readonly began = performance.now();
  private next = 0;
  private readonly heap: HeapWatch;
  private readonly names: string[];

  private constructor(
    private readonly options: Options,
    private readonly targets: { open: Target; limited: Target },
    readonly dir: string,
    private readonly ownsServers: boolean,
  ) {
    this.heap = new HeapWatch(Object.values(targets), options.requests);
    this.names = Object.keys(JOURNEYS).filter((name) => options.journey === null || name === options.journey);
    if (this.names.length === 0) throw new Error(`--journey: none of ${Object.keys(JOURNEYS).join(', ')}`);
  }

  /** Uses the servers of the environment (test/support/start-servers.ts), or starts its own. */
  static async start(options: Options): Promise<Campaign> {
    const isGiven =
      process.env[ADMIN_URL] !== undefined &&
      (options.backend !== 'redis' || process.env[REDIS_URL] !== undefined);
    if (!isGiven) await startServers({ redis: options.backend === 'redis' });
    const { dir, ...targets } = await startTargets(options);
    return new Campaign(options, targets, dir, !isGiven);
  }

  async run(): Promise<void> {
    const { requests, concurrency, sequence } = this.options;
    const progress = setInterval(() => this.say(), PROGRESS_MS);
    if (sequence !== null) await this.sequence(sequence);
    else
      await Promise.all(
        Array.from({ length: concurrency }, async () => {
          while (this.coverage.requests < requests) {
            await this.sequence(this.next++);
            await this.heap.look(this.coverage.requests);
          }
        }),
      );
    clearInterval(progress);
  }

  /** Checks the processes after the run, and stops everything. */
  async end(): Promise<{ output: string; isClean: boolean }> {
    const { findings, coverage, document, options } = this;
    const seconds = (performance.now() - this.began) / 1000;
    const targets = Object.values(this.targets);
    const megabytes = Math.max(...targets.map(residentMegabytes));
    for (const finding of this.heap.findings()) findings.add(finding);
    for (const target of targets) for (const finding of await processFindings(target)) findings.add(finding);
    for (const target of targets)
      for (const finding of await logFindings(target, this.casts)) findings.add(finding);
    if (coverage.requests >= COVERAGE_FROM && options.journey === null && options.sequence === null)
      for (const id of coverage.withoutSuccess(document))
        findings.add({
          oracle: 'coverage',
          kind: `${id} was never answered 2xx`,
          detail: 'a journey or a recipe is missing',
        });
    if (this.ownsServers) await stopServers();
    const heap = this.heap.toString();
    const outcome = { options, document, coverage, findings, sequences: this.next, seconds, megabytes, heap };
    const isClean = findings.kinds.size === 0;
    const last = isClean ? 'Nothing was found.' : `Found ${findings.kinds.size} kinds. Logs: ${this.dir}`;
    return {
      output: [report(outcome), ...details(findings, options).map((one) => `FOUND ${one}`), last].join('\n'),
      isClean,
    };
  }

  private async sequence(number: number): Promise<void> {
    const seed = mixed(this.options.seed, number);
    const target = number % LIMITED_EVERY === LIMITED_EVERY - 1 ? this.targets.limited : this.targets.open;
    const sender = new Sender(target, this.document, this.findings, this.coverage, number);
    const cast = await Cast.gather(target, seed);
    this.casts.push(cast);
    const sequence = new Sequence(number, seed, cast, sender, this.plans);
    try {
      await settleStranger(cast, sequence);
      const before = await belongings(cast);
      await JOURNEYS[this.names[number % this.names.length]!]!(sequence).catch(ignoreEnd);
      for (let nth = 0; nth < MADE_UP_AFTER; nth += 1) await sequence.makeUp();
      const changed = changes(before, await belongings(cast));
      if (changed.length > 0)
        sender.note({
          oracle: 'untouched',
          kind: changed[0]!.replace(/[\da-f-]{36}.*/, ''),
          detail: changed.join('\n  '),
        });
    } catch (error) {
      ignoreEnd(error);
    }
  }

  private say(): void {
    const { coverage, findings } = this;
    const seconds = (performance.now() - this.began) / 1000;
    process.stderr.write(
      `${seconds.toFixed(0).padStart(5)}s  ${coverage.requests} requests, ${findings.kinds.size} kinds of findings\n`,
    );
  }
}

/**
 * A journey that ended early leaves fewer steps between which requests are made up; more are added, so that its sequence
 * has the usual length.
 */
const MADE_UP_AFTER = 15;

function ignoreEnd(error: unknown): void {
  if (!(error instanceof JourneyEnds)) throw error;
}
