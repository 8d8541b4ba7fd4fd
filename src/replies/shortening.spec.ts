import { ModelError, Rejected } from '../llm/language-model.js';
import { LearnedBudgets, Shortening } from './shortening.js';

const forms = [800, 400, 200, 0].map((budgetTokens) => ({
  turns: [],
  budgetTokens,
  isAlone: budgetTokens === 0,
}));
const tooLong = new Rejected('message', 'http 400');
const forNoCause = new Rejected('unknown', 'http 400');

it('a conversation that is too long is shortened step by step, down to the message alone', () => {
  const conversation = new Shortening(forms);
  const seen = [conversation.current.budgetTokens];
  while (conversation.shorten(tooLong)) seen.push(conversation.current.budgetTokens);
  expect(seen).toEqual([800, 400, 200, 0]);
});

it('a refusal without a named cause leads to the message alone at once', () => {
  const conversation = new Shortening(forms);
  expect(conversation.shorten(forNoCause)).toBe(true);
  expect(conversation.current.isAlone).toBe(true);
  expect(conversation.shorten(forNoCause)).toBe(false);
});

it.each([
  new Rejected('setup', 'http 401'),
  new Rejected('field', 'http 422'),
  new ModelError('unavailable'),
])('a conversation is not shortened after %s', (error) =>
  expect(new Shortening(forms).shorten(error)).toBe(false),
);

describe('the budget that a model accepted', () => {
  const learned = (errors: Rejected[]) => {
    const [budgets, conversation] = [new LearnedBudgets(), new Shortening(forms)];
    for (const error of errors) conversation.shorten(error);
    budgets.learn('m', conversation);
    return [budgets.of('m', 800), budgets.of('another', 800)];
  };

  it.each([
    ['is the start of the next reply', [tooLong, tooLong], 200],
    ['is not learned from a message alone', [tooLong, tooLong, tooLong], 800],
    ['is not learned from a refusal for no named cause', [forNoCause], 800],
    ['is the configured one until then', [], 800],
  ])('%s', (_, errors, budget) => expect(learned(errors)).toEqual([budget, 800]));
});
