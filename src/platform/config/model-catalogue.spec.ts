import { ConfigError } from './config-error.js';
import { isOpenTo, modelCatalogue, modelFor, titleModel } from './model-catalogue.js';

it('without a list the configured model serves both tiers', () => {
  expect(modelCatalogue(undefined, 'gemini-flash-latest', ['gemini'])).toEqual([
    {
      id: 'gemini-flash-latest',
      label: 'gemini-flash-latest',
      default: true,
      tiers: ['basic', 'pro'],
      provider: null,
      maxInputTokens: null,
    },
  ]);
});

it('the first model is the default; label, tiers, provider and input tokens may be left out', () => {
  const text = ' a|Fast|basic+pro , b|Deep|pro| groq ,c,d||basic,e|E|pro|groq|8192,f|F|pro|| 4096';
  const none = { provider: null, maxInputTokens: null };
  expect(modelCatalogue(text, 'unused', ['gemini', 'groq'])).toEqual([
    { id: 'a', label: 'Fast', default: true, tiers: ['basic', 'pro'], ...none },
    { id: 'b', label: 'Deep', default: false, tiers: ['pro'], ...none, provider: 'groq' },
    { id: 'c', label: 'c', default: false, tiers: ['basic', 'pro'], ...none },
    { id: 'd', label: 'd', default: false, tiers: ['basic'], ...none },
    { id: 'e', label: 'E', default: false, tiers: ['pro'], provider: 'groq', maxInputTokens: 8192 },
    { id: 'f', label: 'F', default: false, tiers: ['pro'], provider: null, maxInputTokens: 4096 },
  ]);
});

it.each([
  ['an entry without an id', 'a,|Fast|basic', 'entry 2'],
  ['an unknown tier', 'a|Fast|gold', 'entry 1'],
  ['an empty entry', 'a,', 'entry 2'],
  ['empty tiers', 'a|Fast|', 'entry 1'],
  ['a provider that is not there', 'a|Fast|basic|mistral', 'entry 1 names a provider'],
  ['a limit that is no number', 'a|Fast|basic|gemini|more', 'entry 1 has input tokens'],
  ['a limit with a fraction', 'a|Fast|basic|gemini|4096.5', 'entry 1 has input tokens'],
  ['a limit that holds no conversation', 'a|Fast|basic||100', 'of at least 256'],
  ['a sixth part', 'a|Fast|basic|gemini|4096|more', 'entry 1 is not'],
  ['a model listed twice', 'a,b,a', 'twice'],
  ['a default that Basic does not have', 'b|Deep|pro,a', 'open to basic'],
])('%s is refused', (_, text, message) => {
  const read = () => modelCatalogue(text, 'unused', ['gemini']);
  expect(read).toThrow(ConfigError);
  expect(read).toThrow(message);
});

describe('the model of a reply', () => {
  const catalogue = modelCatalogue('flash|Flash|basic+pro,deep|Deep|pro,small|Small|basic', 'unused', []);

  it.each([
    ['flash', 'basic', true],
    ['deep', 'basic', false],
    ['deep', 'pro', true],
    ['unheard-of', 'pro', false],
  ] as const)('%s is open to %s: %s', (model, tier, open) => {
    expect(isOpenTo(catalogue, model, tier)).toBe(open);
  });

  it.each([
    ['deep', 'pro', 'deep'],
    ['deep', 'basic', 'flash'],
    ['small', 'pro', 'flash'],
    ['unheard-of', 'pro', 'flash'],
    [null, 'basic', 'flash'],
  ] as const)('in a room of %s for %s is %s', (wanted, tier, model) => {
    expect(modelFor(catalogue, wanted, tier).id).toBe(model);
  });

  it('is the first that the tier has, where the default is for Basic alone', () => {
    const split = modelCatalogue('small|Small|basic,deep|Deep|pro', 'unused', []);
    expect([modelFor(split, null, 'basic').id, modelFor(split, null, 'pro').id]).toEqual(['small', 'deep']);
  });
});

it.each([
  ['none is wanted', undefined, { id: 'a', provider: null }],
  ['one of the catalogue is wanted', 'b', { id: 'b', provider: 'groq' }],
  ['another one is wanted', 'tiny', { id: 'tiny', provider: null }],
])('titles are written by the named model, or by the default: %s', (_, wanted, model) => {
  const catalogue = modelCatalogue('a|Fast|basic+pro,b|Deep|pro|groq', 'unused', ['gemini', 'groq']);
  expect(titleModel(catalogue, wanted)).toMatchObject(model);
});
