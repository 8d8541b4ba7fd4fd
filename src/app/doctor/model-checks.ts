import { ownerAmong } from '../../llm/fallback-chain.js';
import { ModelError } from '../../llm/language-model.js';
import { createLanguageModel } from '../../llm/llm.module.js';
import { providerFetch } from '../../llm/reading/provider-fetch.js';
import type { Config } from '../../platform/config/config.js';
import { failed, fix, type Check, type CheckGroup, type Finding } from './check.js';
import {
  simulatedModel,
  verdictOfAnswer,
  verdictOfFailure,
  verdictOfListing,
  type ModelProvider,
} from './model-verdicts.js';
import { reasonOf } from './reason.js';

type Llm = Config['llm'];

/** Google's address, as gemini.provider.ts sets it. */
const GOOGLE = 'https://generativelanguage.googleapis.com';
/** Longer than a model thinks about two words; LLM_TIMEOUT_SECONDS may be an hour. */
const CALL_LIMIT_MS = 30_000;
const LISTING = 'address and key';
/** More than any provider offers: one page holds all. */
const PAGE_SIZE = 1000;

/** The checks of each provider of LLM_PROVIDERS: its list of models, then one call of each configured model. */
export function modelChecks(llm: Llm, isGeminiSimulated: boolean): CheckGroup[] {
  return llm.providers.map((name) => {
    const service = name === 'gemini' ? 'Gemini' : `Model server ${name}`;
    if (name === 'gemini' && isGeminiSimulated)
      return { service, checks: [{ name: LISTING, run: simulatedModel }] };
    return { service, checks: checksOf(llm, name) };
  });
}

function checksOf(llm: Llm, name: string): Check[] {
  const provider = providerOf(name);
  let known: string[] | null = null;
  const listing: Check = {
    name: LISTING,
    run: async () => {
      try {
        const answer = await listModels(llm, name);
        known = answer.ids;
        return verdictOfListing(provider, answer.status, known);
      } catch (error) {
        const remedy = fix(provider.baseUrlVariable, 'check the address and the network', provider.keyPage);
        return failed(`cannot be reached: ${reasonOf(error)}`, remedy);
      }
    },
  };
  const calls = modelsOf(llm, name).map(({ model, modelVariable }): Check => {
    const run = () => callModel(llm, provider, { model, modelVariable, known });
    return { name: `model ${model}`, needs: LISTING, limitMs: CALL_LIMIT_MS, run };
  });
  return [listing, ...calls];
}

function providerOf(name: string): ModelProvider {
  const prefix = name.toUpperCase();
  const variables = { name, baseUrlVariable: `${prefix}_BASE_URL`, keyVariable: `${prefix}_API_KEY` };
  if (name === 'gemini')
    return {
      ...variables,
      keyPage: 'https://aistudio.google.com/apikey',
      modelPage: 'https://ai.google.dev/gemini-api/docs/models',
    };
  if (name === 'groq')
    return {
      ...variables,
      keyPage: 'https://console.groq.com/keys',
      modelPage: 'https://console.groq.com/docs/models',
    };
  return variables;
}

/** The models that the product may ask this provider for, each once. */
export function modelsOf(llm: Llm, name: string): { model: string; modelVariable: string }[] {
  const own = name === 'gemini' ? llm.gemini.model : llm.servers[name]!.model;
  const owner = ownerAmong(llm.providers);
  const listed = llm.models.flatMap(({ id, provider }) => ((provider ?? owner) === name ? [id] : []));
  const rest = listed.filter((id) => id !== own).map((model) => ({ model, modelVariable: 'LLM_MODELS' }));
  // The provider's own model is asked for only as a fallback, or where LLM_MODELS names it.
  const isAsked = llm.providers.length > 1 || listed.includes(own);
  return isAsked ? [{ model: own, modelVariable: `${name.toUpperCase()}_MODEL` }, ...rest] : rest;
}

async function listModels(llm: Llm, name: string): Promise<{ status: number; ids: string[] | null }> {
  const { url, headers } = name === 'gemini' ? geminiListing(llm) : serverListing(llm, name);
  const response = await providerFetch(url, { headers });
  const body: unknown = response.ok ? await response.json().catch(() => null) : null;
  if (!response.ok) await response.body?.cancel();
  return { status: response.status, ids: idsIn(body) };
}

const geminiListing = ({ gemini }: Llm) => ({
  url: `${gemini.baseUrl ?? GOOGLE}/v1beta/models?pageSize=${PAGE_SIZE}`,
  headers: { 'x-goog-api-key': gemini.apiKey ?? '' },
});

function serverListing({ servers }: Llm, name: string) {
  const { baseUrl, apiKey } = servers[name]!;
  return {
    url: `${baseUrl.endsWith('/') ? baseUrl.slice(0, -1) : baseUrl}/models`,
    headers: (apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }) as Record<string, string>,
  };
}

/** Google lists `models: [{name: "models/…"}]`, OpenAI's protocol `data: [{id}]`; some servers list the objects alone. */
export function idsIn(body: unknown): string[] | null {
  const { models, data } = (body ?? {}) as { models?: unknown; data?: unknown };
  const list = [models, data, body].find(Array.isArray) as unknown[] | undefined;
  if (!list) return null;
  return list.flatMap((entry) => {
    const { id, name } = (entry ?? {}) as { id?: unknown; name?: unknown };
    const text = typeof id === 'string' ? id : name;
    return typeof text === 'string' ? [text.replace(/^models\//, '')] : [];
  });
}

/** One call through the product's own client, with an answer of one token at most. */
async function callModel(
  llm: Llm,
  provider: ModelProvider,
  asked: { model: string; modelVariable: string; known: string[] | null },
): Promise<Finding> {
  const only = { ...llm, providers: [provider.name] };
  const languageModel = await createLanguageModel(only);
  const request = {
    model: asked.model,
    provider: provider.name,
    systemPrompt: null,
    turns: [{ role: 'user' as const, text: 'Say yes.' }],
    maxOutputTokens: 1,
    signal: AbortSignal.timeout(CALL_LIMIT_MS),
  };
  try {
    let promptTokens: number | null = null;
    for await (const event of languageModel.generate(request))
      if (event.type === 'end') promptTokens = event.usage?.promptTokens ?? null;
    return verdictOfAnswer(asked.model, promptTokens);
  } catch (error) {
    if (error instanceof ModelError) return verdictOfFailure(provider, asked, error);
    throw error;
  }
}
