import { asksForTitle, type SandboxRequest } from './gemini-request.js';
import { EMOJI_CHUNKS } from './sample-texts.js';
import { SCRIPT_WORDS, withoutScriptWords } from './script-words.js';

/** Long enough to recognise one's message, short enough for a chat. */
const EXCERPT_CODE_POINTS = 160;
const TITLE_WORDS = 6;

/** The answer without a script: deterministic for the same request. */
export function defaultAnswer(request: SandboxRequest, unknownWords: readonly string[] = []): string {
  if (asksForTitle(request)) return title(request.lastUserText);
  const text = withoutScriptWords(request.lastUserText);
  const turns = request.contents.length;
  const mine = request.contents.filter((turn) => turn.role === 'user').length;
  const words = text.split(/\s+/).filter(Boolean).length;
  return [
    text ? `You said: “${excerpt(text)}” (${words} ${words === 1 ? 'word' : 'words'}).` : 'Hello!',
    `I am the local Gemini sandbox, so no model was asked. I see ${turns} ${turns === 1 ? 'turn' : 'turns'} of this conversation, ${mine} of them yours.`,
    request.systemInstruction && `I was instructed: “${excerpt(request.systemInstruction)}”.`,
    unknownWords.length > 0 && `I do not know the script words: ${unknownWords.join(', ')}.`,
    /emoji|\p{Extended_Pictographic}/iu.test(text) && EMOJI_CHUNKS.join('').trim(),
    `To watch things go wrong, write [[sandbox: 503 times=2]] into a message; the other words are ${Object.keys(SCRIPT_WORDS).join(', ')}.`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function excerpt(text: string): string {
  const points = Array.from(text);
  if (points.length <= EXCERPT_CODE_POINTS) return text;
  return `${points.slice(0, EXCERPT_CODE_POINTS).join('').trimEnd()}…`;
}

/** The first six words of the conversation, or of its `message` where it is JSON. */
function title(conversation: string): string {
  const words = withoutScriptWords(firstMessage(conversation)).split(/\s+/).filter(Boolean);
  return `About ${words.slice(0, TITLE_WORDS).join(' ')}`;
}

function firstMessage(conversation: string): string {
  try {
    const { message } = JSON.parse(conversation) as { message?: unknown };
    return typeof message === 'string' ? message : conversation;
  } catch {
    return conversation;
  }
}
