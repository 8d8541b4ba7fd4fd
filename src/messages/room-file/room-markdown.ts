import type { Chatroom } from '../../chatroom/chatroom.entity.js';
import type { Message } from '../message.entity.js';

/**
 * A text of a person or a model as a block quote. Markdown ends every construct at the end of the quote that contains it, also
 * an open fence or HTML comment, so the text cannot change what comes after it; without the first two characters of each line
 * it is the text again. Only LF, CR LF and CR end a line (CommonMark 0.31 §2.1).
 */
export const quoted = (text: string): string =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');

/** A text as one line of a heading: every character with a meaning in Markdown is escaped. */
export const inline = (text: string): string =>
  text
    .trim()
    .replaceAll(/[\s\u0085]+/g, ' ')
    .replaceAll(/[!-/:-@[-`{-~]/g, String.raw`\$&`);

/** `2026-11-20 09:00 UTC` */
const timeOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** The name of the room, and its instructions to the model. */
export const markdownHead = ({ name, systemPrompt }: Pick<Chatroom, 'name' | 'systemPrompt'>): string =>
  `# ${inline(name)}\n${systemPrompt === null ? '' : `\n## Instructions\n\n${quoted(systemPrompt)}\n`}`;

/** A message under a heading; a reply that is not complete is followed by its state. */
export function markdownMessage({
  role,
  content,
  model,
  status,
  createdAt,
}: Pick<Message, 'role' | 'content' | 'model' | 'status' | 'createdAt'>): string {
  const who = role === 'user' ? 'You' : model === null ? 'Answer' : `Answer · ${inline(model)}`;
  const state = status === 'completed' ? '' : `\n_${status}_\n`;
  return `\n## ${who} · ${timeOf(createdAt)}\n${content === '' ? '' : `\n${quoted(content)}\n`}${state}`;
}
