/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In capitals. */
  name: string;
  /** What follows, continued lines joined. */
  rest: string;
}

/** One `FROM … [AS name]` with what follows it. */
export interface Stage {
  name: string;
  from: string;
  instructions: Instruction[];
}

/**
 * Reads the Dockerfile's stages.
 * @throws Error for an instruction that {@link buildImage} does not know: it would pass over it in silence
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
