import type { ModelEntry } from '../platform/config/model-catalogue.js';
import { isOpenTo } from './model-choice.js';

const catalogue: ModelEntry[] = [
  { id: 'flash', label: 'Flash', default: true, tiers: ['basic', 'pro'] },
  { id: 'deep', label: 'Deep', default: false, tiers: ['pro'] },
];

it.each([
  ['flash', 'basic', true],
  ['deep', 'basic', false],
  ['deep', 'pro', true],
  ['unheard-of', 'pro', false],
] as const)('model %s is open to %s: %s', (model, tier, open) => {
  expect(isOpenTo(catalogue, model, tier)).toBe(open);
});
