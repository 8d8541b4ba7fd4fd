/** What one import took. */
export interface ImportFigures {
  messages: number;
  seconds: number;
  /** Of all three files. */
  rowsPerSecond: number;
  /** Most memory that the command had at a time; the database has its own. */
  megabytes: number;
  /** The same files once more: nothing is new. */
  againSeconds: number;
}
