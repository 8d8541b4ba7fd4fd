import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ledger, type Entry } from '../chaos/ledger.js';
import { seeded } from '../chaos/random.js';
import { Requests } from '../chaos/requests.js';
import { StreamClient } from '../chaos/stream-client.js';

const TEXT = 'a😀 data: {}\n\n'.repeat(400);
/** UTF-16 units of a delta. */
const STEP = 17;
/** The order of their answers decides which of them are cut: so many that some always are (each at 0.4). */
const READERS = 40;

/** What a product would stream, with ids that are `off` by so much. */
async function streamText(response: ServerResponse, from: number, off: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: status\ndata: {"status":"streaming","attempt":1}\n\n');
  if (from === 0) response.write('event: reset\nid: 1-0\ndata: {"attempt":1}\n\n');
  for (let at = from; at < TEXT.length && !response.destroyed;) {
    let end = Math.min(TEXT.length, at + STEP);
    if (/[\ud800-\udbff]/.test(TEXT[end - 1]!)) end += 1;
    const data = JSON.stringify({ text: TEXT.slice(at, end) });
    response.write(`event: delta\nid: 1-${end + off}\ndata: ${data}\n\n`);
    at = end;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const message = { status: 'completed', content: TEXT, completed_at: '2026-11-20T09:00:02.000Z' };
  response.end(`event: done\nid: 1-end\ndata: ${JSON.stringify(message)}\n\n`);
}

async function follow(off: number): Promise<Ledger> {
  const server: Server = createServer((request, response) => {
    const [, from = '0'] = /-(\d+)$/.exec(String(request.headers['last-event-id'] ?? '')) ?? [];
    void streamText(response, Number(from), off);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const random = seeded(1);
  const ledger = new Ledger();
  const requests = new Requests([`http://127.0.0.1:${(server.address() as AddressInfo).port}`], random);
  const client = new StreamClient(requests, ledger, random);
  const entries = Array.from({ length: READERS }, (): Entry => {
    const entry = ledger.add({
      key: 'k',
      userId: 'u',
      token: 't',
      roomId: 'r',
      content: 'c',
      editedId: null,
      doomed: false,
    });
    return Object.assign(entry, { reply: { id: 'm', seq: 2 } });
  });
  await Promise.all(entries.map((entry) => client.follow(entry, AbortSignal.timeout(60_000))));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return ledger;
}

it('a reader that cuts its own connections at any byte has the whole text all the same', async () => {
  const ledger = await follow(0);
  expect(ledger.violations).toEqual([]);
  expect(ledger.streams.whole).toBe(READERS);
  expect(ledger.streams.cut).toBeGreaterThan(0);
});

it('ids that are off by one are found', async () => {
  const { violations } = await follow(1);
  expect(new Set(violations.map(({ guarantee }) => guarantee))).toEqual(new Set(['stream']));
});
