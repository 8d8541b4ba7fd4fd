/** The clock that POST /sandbox/clock moves. */
export const SANDBOX_CLOCK = Symbol('SandboxClock');
