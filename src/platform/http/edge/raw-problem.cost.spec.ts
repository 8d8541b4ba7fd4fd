import type { Socket } from 'node:net';
import { leastCpuMs } from '../../../../test/support/cpu.js';
import { onClientError } from './raw-problem.js';

/** Apart from raw-problem.spec.ts: Stryker's instrumented code costs more than the product's, and the ratios would mean nothing. */
const handle = onClientError({ appUrl: () => 'http://app', headers: {}, log: () => undefined });
const socket = { writable: true, end: () => 0, on: () => 0, destroy: () => 0 };
const refusing = (packet: string, code: string) => {
  const error = Object.assign(new Error('refused'), { code, rawPacket: Buffer.from(packet, 'latin1') });
  // A socket a call: the second error of one socket is not answered.
  return () => handle(error, { ...socket } as unknown as Socket);
};

const blanks = (count: number) => ' '.repeat(count);
it.each([
  ['in a request id', (pad: string) => `GARBAGE\r\nx-request-id:${pad}x`],
  ['in many request ids', (pad: string) => `GARBAGE${pad.replaceAll(blanks(64), '\r\nx-request-id: \t')}`],
  ['in a request line', (pad: string) => `GET ${pad}/`],
  ['in a path', (pad: string) => `GET /${pad.replaceAll(' ', 'a')}`],
])('64 KiB of blanks %s cost at most three times the same packet without them', (_, packet) => {
  // The small packet first: what grows with the cube of the blanks fails there, and does not stop the run for an hour.
  for (const size of [512, 64 * 1024])
    for (const code of ['HPE_INVALID_METHOD', 'HPE_HEADER_OVERFLOW']) {
      const [plain, padded] = leastCpuMs([refusing(packet(''), code), refusing(packet(blanks(size)), code)]);
      expect(padded! / plain!).toBeLessThan(3);
    }
});
