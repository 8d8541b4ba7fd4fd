/** One row cannot come over. The message is the reason, and holds nothing that stands in the row (promise 10). */
export class BadRow extends Error {}

/** A file cannot be used at all: nothing is imported. */
export class BadFile extends Error {
  constructor(
    message: string,
    /** Of sysexits.h: 65 the data are wrong, 66 there is no such file, 73 a report cannot be written. */
    readonly exitCode: 65 | 66 | 73,
  ) {
    super(message);
  }
}
