import { readFileSync } from 'node:fs';
import {
  geminiScriptJsonSchema,
  OUTCOMES,
  parseGeminiScripts,
} from '../../src/sandbox/gemini/gemini-script.js';
import { SCRIPT_WORDS } from '../../src/sandbox/gemini/script-words.js';

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
