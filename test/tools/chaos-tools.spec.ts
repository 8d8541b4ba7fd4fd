import { readFileSync } from 'node:fs';
import { planFaults, type PlanOptions } from '../chaos/plan.js';
import { PLANTS } from '../chaos/plants.js';
import { PLANTS as FUZZ_PLANTS } from '../fuzz/plants.js';
import { StreamedText } from '../chaos/streamed-text.js';
import { StreamParser, type StreamEvent } from '../support/stream-parser.js';

const PLAN: PlanOptions = { backend: 'redis', kills: 60, seed: 42, seconds: 60, only: null };

describe('the schedule of faults', () => {
  it('is the same for the same seed, and another one for another', () => {
    expect(planFaults(PLAN)).toEqual(planFaults(PLAN));
    expect(planFaults(PLAN)).not.toEqual(planFaults({ ...PLAN, seed: 43 }));
  });

  it('has no faults of Redis where there is none', () => {
    const faults = planFaults({ ...PLAN, backend: 'postgres' });
    expect(faults).toHaveLength(60);
    expect(faults.filter(({ kind, server }) => kind.endsWith('-redis') || server === 'redis')).toEqual([]);
  });
});

describe('the mistakes that are planted', () => {
  it.each([...PLANTS, ...FUZZ_PLANTS])('$name: has its place in the compiled tree', ({ edits }) => {
    for (const { file, find } of edits)
      expect(readFileSync(new URL(`../../dist/${file}`, import.meta.url), 'utf8')).toContain(find);
  });
});

const STREAM = [
  ': ping\n\nretry: 1000\r\nevent: status\rdata: {"status":"streaming","attempt":2}\r\n\r\n',
  'event: reset\nid: 2-0\ndata: {"attempt":2}\n\n',
  'event: delta\nid: 2-4\ndata: {"text":"a😀\\n"}\n\n',
  'event: done\nid: 2-end\ndata: {"status":"completed",\ndata: "content":"a😀\\n"}\n\n',
].join('');

function parse(pieces: Uint8Array[]): StreamEvent[] {
  const parser = new StreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

function take(...events: [event: string, id: string | null, data: object][]): (string | null)[] {
  const read = new StreamedText();
  return events.map(([event, id, data]) => read.take({ event, id, data: JSON.stringify(data) }));
}

describe('the reader of streams', () => {
  it('counts comments, and has nothing of an event that was cut', () => {
    const parser = new StreamParser();
    expect(parser.push(Buffer.from(': ping\n\nevent: delta\ndata: {}\n'))).toEqual([]);
    expect(parser.comments).toBe(1);
  });

  it('returns the same events for any division of the bytes into pieces', () => {
    const bytes = new TextEncoder().encode(STREAM);
    const whole = parse([bytes]);
    expect(whole.map(({ event, id }) => [event, id])).toEqual([
      ['status', null],
      ['reset', '2-0'],
      ['delta', '2-4'],
      ['done', '2-end'],
    ]);
    for (let at = 0; at <= bytes.length; at += 1)
      expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole);
    const read = new StreamedText();
    expect(whole.map((event) => read.take(event))).toEqual([null, null, null, null]);
  });

  const reset = ['reset', '1-0', { attempt: 1 }] as const satisfies [string, string, object];

  it.each<[what: string, events: Parameters<typeof take>]>([
    ['an id that does not tell the length', [[...reset], ['delta', '1-3', { text: 'ab' }]]],
    ['half a character', [[...reset], ['delta', '1-1', { text: '\ud83d' }]]],
    ['text of another attempt without a reset', [[...reset], ['delta', '2-1', { text: 'a' }]]],
    [
      'an end that says something else',
      [[...reset], ['done', '1-end', { status: 'completed', content: 'a' }]],
    ],
  ])('finds %s', (_, events) => {
    expect(take(...events).at(-1)).not.toBeNull();
  });
});
