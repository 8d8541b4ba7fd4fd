import type { Document, Operation } from './document.js';

/** Responses of each operation, and their durations. */
export class Coverage {
  requests = 0;
  raw = 0;
  /** Pairs of a foreign id and an unknown id. */
  compared = 0;
  /** 503 responses that became another one on a repeat. */
  busy = 0;
  /** Requests that the document forbids. */
  forbidden = 0;
  readonly statuses = new Map<string, Map<number, number>>();
  private readonly slowest: { name: string; ms: number }[] = [];

  note(name: string, status: number, durationMs: number): void {
    this.requests += 1;
    const of = this.statuses.get(name) ?? new Map<number, number>();
    of.set(status, (of.get(status) ?? 0) + 1);
    this.statuses.set(name, of);
    this.slowest.push({ name: `${name} ${status}`, ms: durationMs });
    if (this.slowest.length > 200) this.trim();
  }

  /** Operations without a successful response. */
  withoutSuccess({ operations }: Document): string[] {
    return operations.filter(({ id }) => this.successes(id) === 0).map(({ id }) => id);
  }

  /** Described statuses, and how many of them were seen. */
  describedStatuses({ operations }: Document): { seen: number; all: number } {
    const all = operations.flatMap(({ id, headers }) =>
      [...headers.keys()].map((status) => ({ id, status })),
    );
    const seen = all.filter(({ id, status }) => this.statuses.get(id)?.has(Number(status)));
    return { seen: seen.length, all: all.length };
  }

  slow(count: number): { name: string; ms: number }[] {
    this.trim();
    return this.slowest.slice(0, count);
  }

  /** One line per operation: its statuses with their counts. */
  table({ operations }: Document): string[] {
    const others = [...this.statuses.keys()].filter((name) => !operations.some(({ id }) => id === name));
    const names = [...operations.map(({ id }: Operation) => id), ...others];
    const width = Math.max(...names.map(({ length }) => length));
    return names.map((name) => {
      const of = [...(this.statuses.get(name) ?? [])].toSorted(([a], [b]) => a - b);
      return `${name.padEnd(width)}  ${of.map(([status, count]) => `${status}×${count}`).join(' ') || '–'}`;
    });
  }

  private successes(id: string): number {
    return [...(this.statuses.get(id) ?? [])]
      .filter(([status]) => status >= 200 && status < 300)
      .reduce((sum, [, count]) => sum + count, 0);
  }

  private trim(): void {
    this.slowest.sort((a, b) => b.ms - a.ms);
    this.slowest.length = Math.min(this.slowest.length, 20);
  }
}
