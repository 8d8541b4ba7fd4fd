import { modelPrices } from './model-prices.js';

it('prices are read, and cached input costs as much as other input where no price is given', () => {
  expect(modelPrices(' flash | 0.3 | 2.50 | 0.03 , large|2|6')).toEqual([
    { model: 'flash', input: 0.3, output: 2.5, cachedInput: 0.03 },
    { model: 'large', input: 2, output: 6, cachedInput: 2 },
  ]);
  expect([modelPrices(undefined), modelPrices('')]).toEqual([[], []]);
});

it.each(['flash', 'flash|1', '|1|2', 'flash|1|-2', 'flash|1|two', 'flash|1|2|3|4', 'flash|1|2,flash|3|4'])(
  '%s is refused',
  (text) => {
    expect(() => modelPrices(text)).toThrow('LLM_PRICES');
  },
);
