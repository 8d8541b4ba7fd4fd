/** An operation took longer than its limit. */
export class TimeoutError extends Error {}

/**
 * Returns the result of `operation` if it settles within `ms` milliseconds. The operation itself is not cancelled.
 * @param toError converts the error before it is thrown
 * @throws TimeoutError, or the error of `operation`
 */
export function withTimeout<T>(
  operation: Promise<T>,
  ms: number,
  toError: (error: Error) => Error = (error) => error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(toError(new TimeoutError(`no answer within ${ms} ms`)));
    // Reads the sockets once more first: if this process was busy, the answer may have arrived already.
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
