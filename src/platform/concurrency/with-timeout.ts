/** Something took longer than it may. */
export class TimeoutError extends Error {}

/**
 * The outcome of `operation`, if it comes within `ms` milliseconds.
 * @param toError makes of an error what the caller wants to see
 * @throws TimeoutError, or what `operation` throws; as `toError` has it
 */
export function withTimeout<T>(
  operation: Promise<T>,
  ms: number,
  toError: (error: Error) => Error = (error) => error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(toError(new TimeoutError(`no answer within ${ms} ms`)));
    // One more look at the sockets first: if it was this process that was busy, the answer is there by now.
    const timer = setTimeout(() => setImmediate(late), ms);
    operation.then(
      (value) => {
        clearTimeout(timer);
        return resolve(value);
      },
      (error: Error) => {
        clearTimeout(timer);
        return reject(toError(error));
      },
    );
  });
}
