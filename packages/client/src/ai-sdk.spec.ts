import type { MessageDto } from './api.types.js';
import { textOf, toUiMessages } from './ai-sdk.js';

const text = (words: string) => ({ type: 'text', text: words });
const STEP = { type: 'step-start' };

it.each([
  ['one text', [text('a')], 'a'],
  ['a step', [STEP, text('a')], 'a'],
  ['two attempts: the last one', [STEP, text('old'), STEP, text('new')], 'new'],
  ['an attempt without text', [STEP, text('old'), STEP], ''],
  ['nothing', [], ''],
])('the text of a message with %s', (_, parts, expected) => {
  expect(textOf({ parts })).toBe(expected);
});

const message = (id: string, more: Partial<MessageDto>) =>
  ({
    id,
    role: 'model',
    content: 'x',
    completed_at: 'now',
    active: true,
    in_reply_to: null,
    ...more,
  }) as MessageDto;
const asked = message('1', { role: 'user' });

it('history is shown oldest first', () => {
  const shown = toUiMessages([message('2', { content: '', in_reply_to: '1' }), asked]);
  expect(shown).toEqual([
    { id: '1', role: 'user', metadata: expect.any(Object), parts: [text('x')] },
    { id: '2', role: 'assistant', metadata: expect.objectContaining({ in_reply_to: '1' }), parts: [] },
  ]);
});

it.each<[string, Partial<MessageDto>[], string[]]>([
  ['the reply that the stream shows is left out', [{ completed_at: null }], ['1']],
  ['of several replies the active one is shown', [{ active: false }, {}, { active: false }], ['1', '3']],
  ['where all have failed, the newest', [{ active: false }, { active: false }], ['1', '2']],
])('%s', (_, replies, expected) => {
  const page = replies.map((more, at) => message(String(at + 2), { in_reply_to: '1', ...more }));
  expect(toUiMessages([...page, asked]).map(({ id }) => id)).toEqual(expected);
});
