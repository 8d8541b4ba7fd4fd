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

it('history is shown oldest first, without the reply that the stream shows', () => {
  const message = (id: string, more: Partial<MessageDto>) =>
    ({ id, role: 'model', content: 'x', completed_at: 'now', ...more }) as MessageDto;
  const page = [
    message('3', { completed_at: null }),
    message('2', { content: '' }),
    message('1', { role: 'user' }),
  ];
  expect(toUiMessages(page)).toEqual([
    { id: '1', role: 'user', metadata: { completed_at: 'now' }, parts: [text('x')] },
    { id: '2', role: 'assistant', metadata: { completed_at: 'now' }, parts: [] },
  ]);
});
