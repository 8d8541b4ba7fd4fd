import { ModelError, Rejected } from '../../llm/language-model.js';
import { failed, fix, ok, skipped, warning, type Finding, type Fix } from './check.js';

/** A provider of LLM_PROVIDERS, as the operator configured it. */
export interface ModelProvider {
  name: string;
  /** Variables of the address and of the key. */
  baseUrlVariable: string;
  keyVariable: string;
  /** The vendor's page about keys, and about models. */
  keyPage?: string;
  modelPage?: string;
}

/** The most ids that a message lists. */
const LISTED = 5;

/** Judges the answer to the listing of models, which costs nothing and needs address and key. */
export function verdictOfListing(provider: ModelProvider, status: number, ids: string[] | null): Finding {
  if (status === 401 || status === 403) return wrongKey(provider, status);
  // Gemini answers 400 to an unknown key.
  if (status === 400) return wrongKey(provider, status);
  if (status === 404 || status === 405 || status === 501)
    return ok(`the server answers, and lists no models (${status}): the call below decides`);
  if (status === 429) return quotaUsedUp(provider);
  if (status >= 300)
    return failed(
      `the server answers ${status}`,
      fix(provider.baseUrlVariable, 'check the address', provider.keyPage),
    );
  if (ids === null)
    return failed(
      'the server answers with something else than a list of models',
      fix(provider.baseUrlVariable, 'name the address before /chat/completions, often …/v1'),
    );
  return ok(`the key is accepted; ${ids.length} models`);
}

/** A call of the product's own client that ended well: the tokens of its question, null where they are not reported. */
export const verdictOfAnswer = (model: string, promptTokens: number | null): Finding =>
  ok(`${model} answers${promptTokens === null ? '' : ` (${promptTokens} tokens asked)`}`);

/** Judges a failed call of one model. */
export function verdictOfFailure(
  provider: ModelProvider,
  { model, modelVariable, known }: { model: string; modelVariable: string; known: string[] | null },
  error: ModelError,
): Finding {
  const { kind, reason } = error;
  const status = Number(/^http (\d{3})$/.exec(reason ?? '')?.[1] ?? NaN);
  if (kind === 'rate_limited') return quotaUsedUp(provider);
  if (kind === 'timeout')
    return failed(
      'silent for LLM_TIMEOUT_SECONDS',
      fix([provider.baseUrlVariable, 'LLM_TIMEOUT_SECONDS'], 'check the server'),
    );
  if (status === 401 || status === 403) return wrongKey(provider, status);
  if (status === 404 || (known !== null && !known.includes(model)))
    return failed(
      `the provider does not know ${model} (${reason})`,
      otherModel(provider, model, modelVariable, known),
    );
  if (error instanceof Rejected && error.about === 'setup') return wrongKey(provider, status);
  if (kind === 'rejected')
    return failed(
      `the provider refuses the request (${reason})`,
      otherModel(provider, model, modelVariable, known),
    );
  return failed(
    `no answer: ${reason ?? kind}`,
    fix(provider.baseUrlVariable, 'check the address and the provider’s status page', provider.keyPage),
  );
}

function otherModel(
  { modelPage }: ModelProvider,
  model: string,
  variable: string,
  known: string[] | null,
): Fix {
  const similar = similarTo(model, known ?? []);
  return fix(
    variable,
    similar.length > 0 ? `choose another, for example ${similar.join(', ')}` : 'choose another',
    modelPage,
  );
}

/** Listed ids, those that share the longest beginning with the wanted one first. */
export function similarTo(wanted: string, ids: string[]): string[] {
  const shared = (id: string): number => {
    let length = 0;
    while (length < wanted.length && wanted[length] === id[length]) length += 1;
    return length;
  };
  return ids.toSorted((a, b) => shared(b) - shared(a)).slice(0, LISTED);
}

const wrongKey = ({ keyVariable, keyPage }: ModelProvider, status: number): Finding =>
  failed(
    `the key is refused (${Number.isNaN(status) ? 'no status' : status})`,
    fix(keyVariable, 'enter a valid key of this provider', keyPage),
  );

const quotaUsedUp = ({ keyVariable, keyPage }: ModelProvider): Finding =>
  warning(
    'the key is accepted, but its quota is used up (429)',
    fix(keyVariable, 'raise the quota or wait', keyPage),
  );

/** A model that a sandbox answers for. */
export const simulatedModel = (): Finding =>
  skipped(
    'simulated: the Gemini sandbox answers',
    fix('GEMINI_API_KEY', 'create a key', 'https://aistudio.google.com/apikey'),
  );
