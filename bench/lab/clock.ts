/**
 * Milliseconds of the machine's steady clock: the same one in every process, finer than Date.now, and never set
 * (on Linux CLOCK_MONOTONIC).
 */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** What is to be added to a moment of the wall clock (ms since 1970) to have it in {@link machineMs}; true for seconds. */
export function machineMsOfEpoch(): number {
  const before = Date.now();
  let epoch = before;
  // Date.now counts whole milliseconds: the moment at which it goes on is known much better.
  while (epoch === before) epoch = Date.now();
  return machineMs() - epoch;
}
