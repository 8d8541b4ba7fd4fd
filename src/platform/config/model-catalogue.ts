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
