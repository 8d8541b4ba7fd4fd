import type { DestinationStream } from 'pino';

/** Longest that a line waits: nobody who reads along notices. */
const WAIT_MS = 10;
/** Some fifty request lines: above this a write is worth its system call. */
const FULL_LENGTH = 16 * 1024;

/**
 * Collects lines and hands them on together. A system call for each line and the thread that makes it cost more than
 * everything else about a request's log line (a tenth of a cached list, npm run bench:profile).
 */
export class LineBuffer implements DestinationStream {
  private lines = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly destination: DestinationStream) {}

  write(line: string): void {
    this.lines += line;
    if (this.lines.length >= FULL_LENGTH) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), WAIT_MS).unref();
  }

  /** Hands on what is there. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.lines !== '') this.destination.write(this.lines);
    this.lines = '';
  }
}
