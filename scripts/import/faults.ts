/** A rejected row. The message is the reason, and contains nothing of the row (promise 10). */
export class BadRow extends Error {}

/** An unusable file: nothing is imported. */
export class BadFile extends Error {
  constructor(
    message: string,
    /** Exit codes of sysexits.h: 65 invalid data, 66 missing file, 73 a report cannot be written. */
    readonly exitCode: 65 | 66 | 73,
  ) {
    super(message);
  }
}
