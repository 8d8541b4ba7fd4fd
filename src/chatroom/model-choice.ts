import type { ModelEntry } from '../platform/config/model-catalogue.js';
import type { Tier } from '../platform/config/tier.js';

/** May somebody of this tier choose this model? A model that is not in the catalogue nobody may. */
export function isOpenTo(catalogue: readonly ModelEntry[], modelId: string, tier: Tier): boolean {
  return catalogue.some((model) => model.id === modelId && model.tiers.includes(tier));
}
