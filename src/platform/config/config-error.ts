/** What is wrong with one variable. Never carries its value: a value may be a secret. */
export interface EnvironmentProblem {
  name: string;
  message: string;
}

/** The environment cannot be used: every bad variable, named at once. */
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
