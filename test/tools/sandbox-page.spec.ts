import { readFileSync } from 'node:fs';
import {
  geminiScriptJsonSchema,
  OUTCOMES,
  parseGeminiScripts,
  SCRIPT_WORDS,
} from '@chat-backend/gemini-sandbox';
import {
  parseStripeScripts,
  PAYING_CARDS,
  SANDBOX_PRO_PRICE_ID,
  SANDBOX_PRO_YEARLY_PRICE_ID,
  SCRIPT_OUTCOMES,
  WEBHOOK_MODES,
} from '@chat-backend/stripe-sandbox';
import { ACTS } from '../../src/sandbox/stripe/control/acts.js';

const page = readFileSync('docs/sandbox.md', 'utf8');

it('docs/sandbox.md names every word, every outcome and every field of a script', () => {
  const [one] = (geminiScriptJsonSchema as { anyOf: { properties: object }[] }).anyOf;
  const names = [...Object.keys(SCRIPT_WORDS), ...OUTCOMES, ...Object.keys(one!.properties)];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('its example is a script that is taken', () => {
  const [json] = /(?<=llm\/script.*-d ')\{[\s\S]*?\n\}/.exec(page)!;
  const { scripts } = JSON.parse(json) as { scripts: unknown };
  expect(parseGeminiScripts(scripts)).toHaveLength(2);
});

it('docs/sandbox.md names every act, mode, outcome, card and price of the Stripe sandbox', () => {
  const cards = PAYING_CARDS.filter((card) => card !== 'works');
  const prices = [SANDBOX_PRO_PRICE_ID, SANDBOX_PRO_YEARLY_PRICE_ID];
  const names = [...ACTS, ...WEBHOOK_MODES, ...SCRIPT_OUTCOMES, ...cards, ...prices];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('its example of a script for Stripe is taken', () => {
  const [json] = /(?<=stripe\/script.*-d ')\{[\s\S]*?\n\}/.exec(page)!;
  const { scripts } = JSON.parse(json) as { scripts: unknown };
  expect(parseStripeScripts(scripts)).toHaveLength(2);
});
