import type { DestinationStream } from 'pino';

/** Longest wait of a line, too short to notice when following the log. */
const WAIT_MS = 10;
/** About fifty request lines: a write of this size is worth its system call. */
const FULL_LENGTH = 16 * 1024;

/**
 * Collects lines and writes them together. One system call per line, on another thread, costs more than everything else
 * about a request's log line (a tenth of a cached list, npm run bench:profile).
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

  /** Writes the collected lines. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.lines !== '') this.destination.write(this.lines);
    this.lines = '';
  }
}
