import { useCallback, useRef, useState } from 'react';

export interface Task<Arguments extends unknown[]> {
  run: (...values: Arguments) => void;
  isRunning: boolean;
  /** Error of the last run; null: none. */
  error: unknown;
  clear: () => void;
}

/** Runs an action one at a time, and keeps its error until the next run. */
export function useTask<Arguments extends unknown[]>(
  work: (...values: Arguments) => Promise<unknown>,
): Task<Arguments> {
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const latest = useRef(work);
  latest.current = work;
  const isBusy = useRef(false);
  const run = useCallback((...values: Arguments) => {
    if (isBusy.current) return;
    isBusy.current = true;
    setRunning(true);
    setError(null);
    latest
      .current(...values)
      .catch((reason: unknown) => setError(reason ?? new Error('unknown')))
      .finally(() => {
        isBusy.current = false;
        setRunning(false);
      });
  }, []);
  return { run, isRunning, error, clear: useCallback(() => setError(null), []) };
}
