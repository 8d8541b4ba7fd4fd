import { defaultAnswer } from './default-answer.js';
import { toSandboxRequest } from './gemini-request.js';
import { ScriptBook } from './script-book.js';

const request = (text: string, instruction?: string) =>
  toSandboxRequest({
    contents: [{ role: 'user', parts: [{ text }] }],
    ...(instruction !== undefined && { systemInstruction: { parts: [{ text: instruction }] } }),
  });
const answer = request('why is the sky blue today, of all days?');
const title = request(JSON.stringify({ message: answer.lastUserText }), 'Write a title for a conversation.');

it('a script for an answer is not used up by a request for a title, nor the other way round', () => {
  const book = new ScriptBook();
  book.add([{ outcome: 'cut' }, { outcome: 'hang', title: true }]);
  expect(book.take(title).script.outcome).toBe('hang');
  expect(book.take(title).script).toEqual({});
  expect(book.take(answer).script.outcome).toBe('cut');
});

it('words of a script in a message belong to its answer, not to its title', () => {
  const text = 'hello [[sandbox: 503]]';
  expect(new ScriptBook().take(request(text)).script.outcome).toBe('http_error');
  expect(new ScriptBook().take(request(text, 'Write a title.')).script).toEqual({});
});

it('without a script a title is the first six words of the message', () => {
  expect(defaultAnswer(title)).toBe('About why is the sky blue today,');
  expect(defaultAnswer(answer)).toContain('You said');
});
