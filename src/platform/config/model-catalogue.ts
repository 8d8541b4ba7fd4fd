import { ConfigError } from './config-error.js';
import type { Tier } from './tier.js';

/** A model that people may choose for a room. */
export interface ModelEntry {
  id: string;
  label: string;
  default: boolean;
  tiers: Tier[];
}

const TIERS: readonly Tier[] = ['basic', 'pro'];

/**
 * Reads LLM_MODELS (`id|label|tiers`, comma-separated); without it the one configured model serves both tiers.
 * @throws ConfigError for an entry that cannot be read, a model listed twice, or a default that a Basic user does not have
 */
export function modelCatalogue(text: string | undefined, fallbackModel: string): ModelEntry[] {
  if (!text) return [{ id: fallbackModel, label: fallbackModel, default: true, tiers: [...TIERS] }];
  const models = text.split(',').map((entry, index): ModelEntry => {
    const [id = '', label = id, tiers = 'basic+pro'] = entry.split('|').map((part) => part.trim());
    const named = tiers.split('+');
    if (!id || !named.every((tier): tier is Tier => TIERS.includes(tier as Tier))) {
      throw new ConfigError([{ name: 'LLM_MODELS', message: `entry ${index + 1} is not id|label|tiers` }]);
    }
    return { id, label: label || id, default: index === 0, tiers: named };
  });
  if (new Set(models.map(({ id }) => id)).size < models.length)
    throw new ConfigError([{ name: 'LLM_MODELS', message: 'a model is listed twice' }]);
  if (!models[0]?.tiers.includes('basic')) {
    throw new ConfigError([
      { name: 'LLM_MODELS', message: 'the first model is the default and must be open to basic' },
    ]);
  }
  return models;
}

/** Does this tier have this model? A model that the catalogue does not name is open to no tier. */
export function isOpenTo(catalogue: readonly ModelEntry[], modelId: string, tier: Tier): boolean {
  return catalogue.some((model) => model.id === modelId && model.tiers.includes(tier));
}

/**
 * The model that answers now: the one that the room asks for while the tier has it, else the tier's default, which is
 * the first model that is open to the tier. A room keeps its choice: it counts again when the tier has the model again.
 * @param wanted the room's model; null: none was chosen
 */
export function modelFor(catalogue: readonly ModelEntry[], wanted: string | null, tier: Tier): ModelEntry {
  const open = catalogue.filter(({ tiers }) => tiers.includes(tier));
  return open.find(({ id }) => id === wanted) ?? open[0] ?? catalogue[0]!;
}
