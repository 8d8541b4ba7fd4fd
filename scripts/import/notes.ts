/** Counts notes about accepted rows, by kind of note. */
export class Notes {
  private readonly counts = new Map<string, number>();

  add(text: string, times = 1): void {
    if (times > 0) this.counts.set(text, (this.counts.get(text) ?? 0) + times);
  }

  get all(): [text: string, times: number][] {
    return [...this.counts];
  }
}

/** Context of reading a row. */
export interface Noted {
  line: number;
  /** When the import began. */
  now: Date;
  note: (text: string) => void;
}
