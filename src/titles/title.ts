import { roomNameFrom } from '../messages/send/room-name.js';

/** Part of an answer that is searched for a title, in code units. */
const MOST_READ = 1000;

/**
 * The title in a model's answer: one line of plain text, at most 60 code points. A message may ask the model for anything, so
 * markup, addresses, and characters that control or reorder text are taken out.
 * @returns null when no letter and no digit is left
 */
export function titleFrom(answer: string): string | null {
  const line = answer.slice(0, MOST_READ).split(LINE_END).map(plain).find(hasWord);
  return line === undefined ? null : roomNameFrom(line);
}

const LINE_END = /[\n\v\f\r\u0085\u2028\u2029]/;

function plain(line: string): string {
  return withoutEnd(
    line
      // [label](address): the label stays.
      .replace(/\[([^[\]]*)\]\([^()]*\)/g, '$1')
      .replace(/<[^<>]*>/g, ' ')
      .replace(/(?:https?:\/\/|www\.)\S*/gi, ' ')
      .replace(UNSEEN, ' ')
      .replace(/[*_`~#<>|[\]{}\\]/g, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^\s*(?:[-+•]|\d+[.)])\s/, '')
      .replace(/^\s*title\s*[:：]/i, '')
      .replace(/^[\s"'“”„«»「」]+/, ''),
  );
}

/** Without quotes, spaces and full stops at the end. By hand: an expression with an open beginning reads a long run of them again and again. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && AT_END.has(text[end - 1]!)) end -= 1;
  return text.slice(0, end);
}

const AT_END = new Set(' "\'“”„«»「」.。:：');

/** Control and format characters, except the joiners, which scripts and emoji need. */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}]/gu;

const hasWord = (line: string) => /[\p{L}\p{N}]/u.test(line);
