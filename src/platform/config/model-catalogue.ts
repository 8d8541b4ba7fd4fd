import { ConfigError } from './config-error.js';
import type { Tier } from './tier.js';

/** A model that users may choose for a room. */
export interface ModelEntry {
  id: string;
  label: string;
  default: boolean;
  tiers: Tier[];
  /** Provider called first; null: LLM_PROVIDERS decides. */
  provider: string | null;
  /** The longest input, in tokens; null: unknown. */
  maxInputTokens: number | null;
}

/** The minimum of CONTEXT_TOKEN_BUDGET: fewer tokens hold no conversation. */
const LEAST_INPUT_TOKENS = 256;
const TIERS: readonly Tier[] = ['basic', 'pro'];

/**
 * Reads LLM_MODELS (`id|label|tiers|provider|input tokens`, comma-separated); without it the one configured model serves
 * both tiers.
 * @param providers what an entry may name (LLM_PROVIDERS)
 * @throws ConfigError for an entry that cannot be read, a model listed twice, or a default that a Basic user does not have
 */
export function modelCatalogue(
  text: string | undefined,
  fallbackModel: string,
  providers: readonly string[],
): ModelEntry[] {
  if (!text)
    return [
      {
        id: fallbackModel,
        label: fallbackModel,
        default: true,
        tiers: [...TIERS],
        provider: null,
        maxInputTokens: null,
      },
    ];
  const models = text.split(',').map((entry, index) => modelEntry(entry, index, providers));
  if (new Set(models.map(({ id }) => id)).size < models.length) throw wrong('a model is listed twice');
  if (!models[0]?.tiers.includes('basic'))
    throw wrong('the first model is the default and must be open to basic');
  return models;
}

function modelEntry(entry: string, index: number, providers: readonly string[]): ModelEntry {
  const parts = entry.split('|').map((part) => part.trim());
  const [id = '', label = id, tiers = 'basic+pro', provider = '', inputTokens = ''] = parts;
  const named = tiers.split('+');
  if (!id || parts.length > 5 || !named.every((tier): tier is Tier => TIERS.includes(tier as Tier)))
    throw wrong(`entry ${index + 1} is not id|label|tiers|provider|input tokens`);
  if (provider !== '' && !providers.includes(provider))
    throw wrong(`entry ${index + 1} names a provider that LLM_PROVIDERS does not name`);
  const maxInputTokens = inputTokens === '' ? null : Number(inputTokens);
  if (maxInputTokens !== null && !(/^\d{1,9}$/.test(inputTokens) && maxInputTokens >= LEAST_INPUT_TOKENS))
    throw wrong(
      `entry ${index + 1} has input tokens that are not a whole number of at least ${LEAST_INPUT_TOKENS}`,
    );
  return {
    id,
    label: label || id,
    default: index === 0,
    tiers: named,
    provider: provider || null,
    maxInputTokens,
  };
}

const wrong = (message: string) => new ConfigError([{ name: 'LLM_MODELS', message }]);

/** True when the tier may use the model. A model that is not in the catalogue is open to no tier. */
export function isOpenTo(catalogue: readonly ModelEntry[], modelId: string, tier: Tier): boolean {
  return catalogue.some((model) => model.id === modelId && model.tiers.includes(tier));
}

/**
 * The model that answers now: the room's model while the tier may use it, else the tier's default, which is the first
 * model open to the tier. The room keeps its choice, which applies again when the tier may use it again.
 * @param wanted the room's model; null: none was chosen
 */
export function modelFor(catalogue: readonly ModelEntry[], wanted: string | null, tier: Tier): ModelEntry {
  const open = catalogue.filter(({ tiers }) => tiers.includes(tier));
  return open.find(({ id }) => id === wanted) ?? open[0] ?? catalogue[0]!;
}

/** The model that writes titles of rooms: the wanted one, or the default model. An id that is not in the catalogue is allowed. */
export function titleModel(
  catalogue: readonly ModelEntry[],
  wanted: string | undefined,
): Pick<ModelEntry, 'id' | 'provider'> {
  if (wanted === undefined) return catalogue[0]!;
  return catalogue.find(({ id }) => id === wanted) ?? { id: wanted, provider: null };
}
