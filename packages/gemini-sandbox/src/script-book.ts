import { createHash } from 'node:crypto';
import { asksForTitle, type SandboxRequest } from './gemini-request.js';
import type { GeminiScript } from './gemini-script.js';
import { readScriptWords } from './script-words.js';

/** A forgotten loop of tests must not fill the memory. */
const MAX_WAITING = 1000;

interface Waiting {
  script: GeminiScript;
  left: number;
}

/** The planned answer to a request. */
export interface Direction {
  script: GeminiScript;
  unknownWords: string[];
}

/**
 * Keeps the waiting scripts and assigns them to requests. Words in the user's text take precedence, then the first script
 * that matches the text, then the first that matches any text. A request for a title gets only scripts for titles: it
 * quotes the conversation, and comes when the app chooses, so it would take what is meant for an answer.
 */
export class ScriptBook {
  private readonly waiting: Waiting[] = [];
  /** How often a conversation with `times=` in its words was served; forgotten once it was answered. */
  private readonly served = new Map<string, number>();

  /** How many requests the waiting scripts still serve. */
  get pending(): number {
    return this.waiting.reduce((sum, { left }) => sum + left, 0);
  }

  add(scripts: readonly GeminiScript[]): void {
    if (this.waiting.length + scripts.length > MAX_WAITING)
      throw new RangeError(`more than ${MAX_WAITING} scripts are waiting`);
    this.waiting.push(...scripts.map((script) => ({ script, left: script.times ?? 1 })));
  }

  clear(): void {
    this.waiting.length = 0;
    this.served.clear();
  }

  /** Uses one turn of the script for this request. */
  take(request: SandboxRequest): Direction {
    const isTitle = asksForTitle(request);
    const words = isTitle ? null : readScriptWords(request.lastUserText);
    if (words) {
      const { script, unknown } = words;
      return { script: this.isOver(script, request) ? {} : script, unknownWords: unknown };
    }
    const waiting = this.waiting.filter(({ script }) => (script.title ?? false) === isTitle);
    const forThis = waiting.find(
      ({ script }) => script.match !== undefined && request.lastUserText.includes(script.match),
    );
    const entry = forThis ?? waiting.find(({ script }) => script.match === undefined);
    if (!entry) return { script: {}, unknownWords: [] };
    entry.left -= 1;
    if (entry.left === 0) this.waiting.splice(this.waiting.indexOf(entry), 1);
    return { script: entry.script, unknownWords: [] };
  }

  /**
   * A retry sends the same conversation again, so the count continues: the third request after `503 times=2` succeeds.
   */
  private isOver(script: GeminiScript, request: SandboxRequest): boolean {
    if (script.times === undefined) return false;
    const key = createHash('sha256').update(JSON.stringify(request.contents)).digest('base64');
    const served = this.served.get(key) ?? 0;
    this.served.delete(key);
    if (served >= script.times) return true;
    this.served.set(key, served + 1);
    const [oldest] = this.served.keys();
    if (this.served.size > MAX_WAITING && oldest !== undefined) this.served.delete(oldest);
    return false;
  }
}
