/** What time it is. The host passes its own clock, so that a test can move the days on. */
export interface Clock {
  now(): Date;
}
