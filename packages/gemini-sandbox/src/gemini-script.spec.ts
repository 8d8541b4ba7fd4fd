import { geminiScriptJsonSchema, InvalidGeminiScriptError, parseGeminiScripts } from './gemini-script.js';

describe('a script from the wire', () => {
  it('is parsed from snake_case, alone or in a list', () => {
    const wire = { match: 'x', outcome: 'cut', after_chunks: 2, first_delay_ms: 5, retry_after_seconds: 1.5 };
    const script = { match: 'x', outcome: 'cut', afterChunks: 2, firstDelayMs: 5, retryAfterSeconds: 1.5 };
    expect(parseGeminiScripts(wire)).toEqual([script]);
    expect(parseGeminiScripts([wire, {}])).toEqual([script, {}]);
  });

  it.each([
    ['an unknown field', { afterChunks: 1 }, ''],
    ['an unknown outcome', { outcome: 'explode' }, 'outcome'],
    ['a field of a later entry', [{}, { times: 0 }], '1.times'],
    ['an empty list', [], ''],
    ['no object', 'slow', ''],
    ['nothing', null, ''],
  ])('with %s is refused, field by field', (_, body, field) => {
    let caught: unknown;
    try {
      parseGeminiScripts(body);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(InvalidGeminiScriptError);
    expect((caught as InvalidGeminiScriptError).issues).toContainEqual({
      field,
      message: expect.any(String),
    });
  });

  it('has a JSON Schema for the documentation', () => {
    expect(geminiScriptJsonSchema).toMatchObject({ anyOf: [{ type: 'object' }, { type: 'array' }] });
  });
});
