import type { Socket } from 'node:net';
import { cpuRatio } from '../../../../test/support/cpu.js';
import { onClientError } from './raw-problem.js';

/** Not in raw-problem.spec.ts, because Stryker's instrumented code would distort the measured ratios. */
const handle = onClientError({ appUrl: () => 'http://app', headers: {}, log: () => undefined });
const socket = { writable: true, end: () => 0, on: () => 0, destroy: () => 0 };
const refusing = (packet: string, code: string) => {
  const error = Object.assign(new Error('refused'), { code, rawPacket: Buffer.from(packet, 'latin1') });
  // A new socket per call: the second error of a socket gets no response.
  return () => handle(error, { ...socket } as unknown as Socket);
};

/** Largest ratio of the costs. */
const MOST = 3;
const blanks = (count: number) => ' '.repeat(count);
it.each([
  ['in a request id', (pad: string) => `GARBAGE\r\nx-request-id:${pad}x`],
  ['in many request ids', (pad: string) => `GARBAGE${pad.replaceAll(blanks(64), '\r\nx-request-id: \t')}`],
  ['in a request line', (pad: string) => `GET ${pad}/`],
  ['in a path', (pad: string) => `GET /${pad.replaceAll(' ', 'a')}`],
])('64 KiB of blanks %s cost at most three times the same packet without them', (_, packet) => {
  // Tests the small packet first: a cost that grows with the cube of the blanks fails there instead of running for an
  // hour.
  for (const size of [512, 64 * 1024])
    for (const code of ['HPE_INVALID_METHOD', 'HPE_HEADER_OVERFLOW']) {
      const ratio = cpuRatio(refusing(packet(blanks(size)), code), refusing(packet(''), code), MOST);
      expect(ratio).toBeLessThan(MOST);
    }
});
