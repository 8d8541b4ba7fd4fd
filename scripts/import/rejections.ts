import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { FILE_KINDS, type FileKind } from './arguments.js';
import { BadFile } from './faults.js';

/** Rejected lines that are printed per file; the report lists all. */
const MOST_PRINTED = 10;

/**
 * Writes the reports `<file>.rejected.csv` beside the files: rejected lines with their reasons, without their content.
 */
export class Rejections {
  readonly counts: Record<FileKind, number> = { users: 0, rooms: 0, messages: 0 };

  private constructor(
    private readonly files: Record<FileKind, string>,
    private readonly reports: Record<FileKind, WriteStream>,
    private readonly say: (line: string) => void,
  ) {}

  /**
   * Opens the report.
   * @throws BadFile when it cannot be written, before the import begins
   */
  static async open(files: Record<FileKind, string>, say: (line: string) => void): Promise<Rejections> {
    const reports = {} as Record<FileKind, WriteStream>;
    for (const kind of FILE_KINDS) {
      const report = createWriteStream(reportOf(files[kind]));
      await once(report, 'open').catch((error: NodeJS.ErrnoException) => {
        throw new BadFile(`${basename(reportOf(files[kind]))} cannot be written (${error.code}).`, 73);
      });
      report.write('line,reason\n');
      reports[kind] = report;
    }
    return new Rejections(files, reports, say);
  }

  get total(): number {
    return FILE_KINDS.reduce((sum, kind) => sum + this.counts[kind], 0);
  }

  add(kind: FileKind, line: number, reason: string): void {
    this.counts[kind] += 1;
    this.reports[kind].write(`${line},"${reason.replaceAll('"', '""')}"\n`);
    if (this.counts[kind] <= MOST_PRINTED) this.say(`${basename(this.files[kind])}, line ${line}: ${reason}`);
    if (this.counts[kind] === MOST_PRINTED + 1)
      this.say(`${basename(this.files[kind])}: more in ${reportOf(this.files[kind])}`);
  }

  /** Deletes a report without lines. */
  async close(): Promise<void> {
    for (const kind of FILE_KINDS) {
      this.reports[kind].end();
      await finished(this.reports[kind]);
      if (this.counts[kind] === 0) await rm(reportOf(this.files[kind]), { force: true });
    }
  }
}

export const reportOf = (file: string): string => `${file}.rejected.csv`;
