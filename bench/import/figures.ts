/** Costs of one import. */
export interface ImportFigures {
  messages: number;
  seconds: number;
  /** Size of all three files. */
  rowsPerSecond: number;
  /** Peak memory of the command, without the database. */
  megabytes: number;
  /** Importing the same files again: all rows exist. */
  againSeconds: number;
}
