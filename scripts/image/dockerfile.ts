/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case. */
  name: string;
  /** The arguments, with continued lines joined. */
  rest: string;
}

/** One `FROM … [AS name]` and its instructions. */
export interface Stage {
  name: string;
  from: string;
  instructions: Instruction[];
}

/**
 * Parses the stages of a Dockerfile.
 * @throws Error for an instruction that {@link buildImage} does not support and would silently ignore
 */
export function readDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n');
  const stages: Stage[] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\w+)\s+(\S.*)$/.exec(line) ?? [];
    const name = word.toUpperCase();
    if (!KNOWN.has(name))
      throw new Error(`the Dockerfile has an instruction that is not known here: ${line}`);
    if (name === 'FROM') {
      const [from = '', , as = `stage ${stages.length}`] = rest.split(/\s+/);
      stages.push({ name: as, from, instructions: [] });
    } else stages.at(-1)?.instructions.push({ name, rest });
  }
  return stages;
}

const KNOWN = new Set(['FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'EXPOSE', 'HEALTHCHECK', 'CMD']);
