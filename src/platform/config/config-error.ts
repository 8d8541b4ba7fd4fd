/** The fault of one variable. Never carries its value, which may be a secret. */
export interface EnvironmentProblem {
  name: string;
  message: string;
}

/** Thrown for an unusable environment; names every bad variable at once. */
export class ConfigError extends Error {
  constructor(readonly problems: EnvironmentProblem[]) {
    super(
      [
        'The configuration cannot be used:',
        ...problems.map(({ name, message }) => `  ${name}: ${message}`),
        'Every variable is described in docs/configuration.md.',
      ].join('\n'),
    );
    this.name = 'ConfigError';
  }
}
