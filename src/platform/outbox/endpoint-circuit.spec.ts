import { EndpointCircuit } from './endpoint-circuit.js';

let now = 0;
let circuit: EndpointCircuit;
beforeEach(() => {
  now = 1_000_000;
  circuit = new EndpointCircuit(() => now);
});
const failTimes = (times: number) => {
  for (let nth = 0; nth < times; nth += 1) circuit.failed();
};
/** Milliseconds until a probe is allowed. */
const pause = () => {
  const began = now;
  while (circuit.allowance === 0) now += 100;
  return now - began;
};

it('four failures in a row pause nothing, five do', () => {
  failTimes(4);
  expect(circuit.allowance).toBe(Infinity);
  expect(circuit.failed()).toBe(true);
  expect([circuit.allowance, circuit.take()]).toEqual([0, false]);
});

it('a success between failures starts the count again', () => {
  failTimes(4);
  circuit.succeeded();
  failTimes(4);
  expect(circuit.take()).toBe(true);
});

it('after the pause one probe is allowed at a time, and its success ends the pause', () => {
  failTimes(5);
  pause();
  expect([circuit.take(), circuit.take()]).toEqual([true, false]);
  expect(circuit.succeeded()).toBe(true);
  expect(circuit.allowance).toBe(Infinity);
});

it('pauses double from five seconds to five minutes', () => {
  failTimes(5);
  const pauses = Array.from({ length: 9 }, () => {
    const ms = pause();
    circuit.take();
    circuit.failed();
    return ms / 1000;
  });
  expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300]);
});

it('the receiver may ask for a pause, an hour at most, with its first answer', () => {
  expect(circuit.failed(30_000)).toBe(true);
  expect(pause()).toBe(30_000);
  circuit.take();
  circuit.failed(86_400_000);
  expect(pause()).toBe(3_600_000);
});

it('requests that were running when the pause began make it neither longer nor shorter', () => {
  failTimes(8);
  expect(pause()).toBe(5_000);
  circuit.take();
  circuit.failed(600_000);
  circuit.failed();
  expect(pause()).toBe(600_000);
});
