/** Number of differences shown. */
const SHOWN = 10;

/** Counts of a torture run. */
export class Tally {
  streams = 0;
  cuts = 0;
  /** Of the cuts: all text was read except `done`. */
  cutBeforeDone = 0;
  resumes = 0;
  /** Connections that the server ended before `done`. */
  leftByServer = 0;
  /** Requests without a response, or with 503. */
  refused = 0;
  kills = 0;
  attempts = 0;
  deltas = 0;
  resets = 0;
  /** Of the resets: shown text was discarded. */
  takenBack = 0;
  bytes = 0;
  readonly differences: string[] = [];

  /** The table, and the first differences. */
  report(backend: string, seconds: number): string {
    const lines: [name: string, value: string | number][] = [
      ['backend', backend],
      ['streams', this.streams],
      ['cuts', `${this.cuts}, of them ${this.cutBeforeDone} just before done`],
      ['resumes', this.resumes],
      ['left by the server', this.leftByServer],
      ['requests refused', this.refused],
      ['workers killed', this.kills],
      ['attempts', this.attempts],
      ['resets', `${this.resets}, of them ${this.takenBack} took text back`],
      ['differences', this.differences.length],
      ['bytes', this.bytes],
      ['time', `${seconds.toFixed(1)} s`],
    ];
    const width = Math.max(...lines.map(([name]) => name.length));
    return [
      ...lines.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
      ...this.differences.slice(0, SHOWN).map((difference) => `OFF ${difference}`),
    ].join('\n');
  }
}
