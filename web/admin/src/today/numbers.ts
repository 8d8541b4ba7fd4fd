import type { Figures } from '../api/types.js';
import { texts } from '../texts.js';

const counts = new Intl.NumberFormat(texts.language);
const short = new Intl.NumberFormat(texts.language, { notation: 'compact', maximumFractionDigits: 1 });
const costs = new Intl.NumberFormat(texts.language, { minimumFractionDigits: 2, maximumFractionDigits: 4 });
const shares = new Intl.NumberFormat(texts.language, { style: 'percent', maximumFractionDigits: 1 });

export const countText = (count: number): string => counts.format(count);
export const shortText = (count: number): string => short.format(count);
/** In the currency of LLM_PRICES, which the server does not know. */
export const costText = (cost: number | null): string =>
  cost === null ? texts.today.noCost : costs.format(cost);
export const shareText = (share: number | null): string => (share === null ? '–' : shares.format(share));

const sum = (numbers: Record<string, number>): number =>
  Object.values(numbers).reduce((total, one) => total + one, 0);

export const failed = ({ failures }: Figures): number => sum(failures);
export const refused = ({ refusals }: Figures): number => sum(refusals);
/** Prompts include cached tokens. */
export const tokens = ({ models }: Figures): number =>
  models.reduce((total, one) => total + one.prompt_tokens + one.output_tokens + one.thought_tokens, 0);
