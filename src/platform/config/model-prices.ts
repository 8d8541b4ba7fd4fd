import { ConfigError } from './config-error.js';

/** What a provider charges for a model, per million tokens. */
export interface ModelPrice {
  model: string;
  input: number;
  output: number;
  /** Input that the provider had cached. */
  cachedInput: number;
}

/**
 * Reads LLM_PRICES (`model|input|output|cached input`, comma-separated).
 * @throws ConfigError for an entry that cannot be read, or a model listed twice
 */
export function modelPrices(text: string | undefined): ModelPrice[] {
  const prices = (text ?? '')
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map(modelPrice);
  if (new Set(prices.map(({ model }) => model)).size < prices.length) throw wrong('a model is listed twice');
  return prices;
}

function modelPrice(entry: string, index: number): ModelPrice {
  const [model = '', ...amounts] = entry.split('|').map((part) => part.trim());
  if (!model || amounts.length < 2 || amounts.length > 3 || !amounts.every((amount) => AMOUNT.test(amount)))
    throw wrong(`entry ${index + 1} is not model|input|output|cached input, prices per million tokens`);
  const [input, output, cachedInput = input] = amounts.map(Number) as [number, number, number?];
  return { model, input, output, cachedInput };
}

const AMOUNT = /^\d{1,6}(\.\d{1,6})?$/;

const wrong = (message: string) => new ConfigError([{ name: 'LLM_PRICES', message }]);
