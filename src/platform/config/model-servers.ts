import type { EnvironmentProblem } from './config-error.js';
import { SERVER_VARIABLES, type Environment } from './environment.js';
import { isPlaceholder } from './placeholder.js';

/** An OpenAI-compatible server of LLM_PROVIDERS. */
export interface ModelServer {
  /** Address before `/chat/completions`. */
  baseUrl: string;
  /** Null: the server needs none. */
  apiKey: string | null;
  /** Model used as the fallback of another provider. */
  model: string;
}

/** The servers by name, and the faults of their variables. */
export interface ModelServers {
  servers: Record<string, ModelServer>;
  problems: EnvironmentProblem[];
}

type Source = Record<string, string | undefined>;

/** Reads `<NAME>_BASE_URL`, `<NAME>_API_KEY` and `<NAME>_MODEL` of every provider but Gemini; Groq has defaults. */
export function readModelServers(env: Environment, source: Source): ModelServers {
  const result: ModelServers = { servers: {}, problems: [] };
  for (const name of env.LLM_PROVIDERS) {
    if (name === 'gemini') continue;
    if (name === 'groq')
      result.servers[name] = {
        baseUrl: env.GROQ_BASE_URL,
        apiKey: env.GROQ_API_KEY ?? null,
        model: env.GROQ_MODEL,
      };
    else readServer(name, env, source, result);
  }
  return result;
}

function readServer(name: string, env: Environment, source: Source, result: ModelServers): void {
  const values: Record<string, string | undefined> = {};
  for (const [key, schema] of Object.entries(SERVER_VARIABLES)) {
    const variable = `${name.toUpperCase()}_${key}`;
    const raw = source[variable]?.trim() || undefined;
    const parsed = schema.safeParse(raw);
    values[key] = parsed.success ? parsed.data : '';
    const report = (message: string) => result.problems.push({ name: variable, message });
    if (!parsed.success && raw === undefined)
      report(`is required while LLM_PROVIDERS names ${name}${hint(variable, name, source)}`);
    else if (!parsed.success) report(parsed.error.issues.map(({ message }) => message).join('; '));
    else if (key === 'API_KEY' && raw && env.NODE_ENV === 'production' && isPlaceholder(raw))
      report('is a placeholder');
  }
  const { BASE_URL = '', API_KEY, MODEL = '' } = values;
  result.servers[name] = { baseUrl: BASE_URL, apiKey: API_KEY ?? null, model: MODEL };
}

/** A hint at the probable intention: a variable with a similar name, or a provider. */
function hint(variable: string, name: string, source: Source): string {
  const similar = Object.keys(source).find((one) => one !== variable && isSimilar(one, variable));
  if (similar) return ` (there is ${similar})`;
  const provider = ['gemini', 'groq'].find((one) => isSimilar(one, name));
  return provider ? ` (is ${provider} meant?)` : '';
}

/** True for names that differ in at most two letters, or in underscores alone. */
function isSimilar(a: string, b: string): boolean {
  if (a.replaceAll('_', '') === b.replaceAll('_', '')) return true;
  return Math.abs(a.length - b.length) <= 2 && distance(a, b) <= 2;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, change));
    }
    row = next;
  }
  return row[b.length]!;
}
