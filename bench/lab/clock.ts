/**
 * Milliseconds of the machine's monotonic clock: the same in every process, finer than Date.now, and never set (on Linux
 * CLOCK_MONOTONIC).
 */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Offset from the wall clock (ms since 1970) to {@link machineMs}; valid for seconds. */
export function machineMsOfEpoch(): number {
  const before = Date.now();
  let epoch = before;
  // Date.now counts whole milliseconds, so the moment of its next step is more precise than its value.
  while (epoch === before) epoch = Date.now();
  return machineMs() - epoch;
}
