import cliProgress from 'cli-progress';

/** Interval of progress lines without a terminal. */
const LINE_EVERY_MS = 5_000;

/** Shows progress on a stream: a bar on a terminal, else a line every few seconds. */
export class Progress {
  private bar: cliProgress.SingleBar | null = null;

  constructor(private readonly stream: NodeJS.WritableStream) {}

  start(what: string, total: number): void {
    this.stop();
    this.bar = new cliProgress.SingleBar({
      format: `${what} {bar} {percentage}% | {duration_formatted}`,
      barsize: 30,
      stream: this.stream,
      noTTYOutput: true,
      notTTYSchedule: LINE_EVERY_MS,
      hideCursor: true,
      clearOnComplete: true,
    });
    this.bar.start(Math.max(total, 1), 0);
  }

  update = (done: number): void => {
    this.bar?.update(done);
  };

  stop(): void {
    this.bar?.stop();
    this.bar = null;
  }
}
