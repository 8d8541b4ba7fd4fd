import type { Config } from '../config/config.js';

/** The providers of LLM_PROVIDERS, as label values. */
export const PROVIDERS = ({ llm }: Config): readonly string[] => llm.providers;

/** The models of LLM_MODELS and each provider's own model, as label values. */
export const MODELS = ({ llm }: Config): readonly string[] => [
  ...llm.models.map(({ id }) => id),
  llm.gemini.model,
  ...Object.values(llm.servers).map(({ model }) => model),
];
