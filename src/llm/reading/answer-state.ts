import { truncateToBytes, type AnswerSize } from './answer-size.js';
import type { ChunkFacts, FinishKind } from './chunk-facts.js';
import {
  AnswerTooLarge,
  BlockedByPolicy,
  ModelError,
  type GenerateEnd,
  type TokenUsage,
} from '../language-model.js';
import { ThoughtFilter } from './thought-filter.js';

/**
 * One answer so far, for every provider: its finish reason, token counts and size.
 * The answer is whole when a finish reason came with or after the last text and the stream then ended by itself. Text
 * after a finish reason cancels the reason: some servers put one on every chunk. A stream that breaks after a reason that
 * came in a chunk without text is whole, too, with unknown counts; after a reason that came with text, text may be missing.
 */
export class AnswerState {
  private readonly thoughts = new ThoughtFilter();
  private finish: FinishKind | null = null;
  private finishCameAlone = false;
  private promptBlocked = false;
  private usage: TokenUsage | null = null;
  /** Counts that came with or after the finish reason: only those cover the whole answer. */
  private lastUsage: TokenUsage | null = null;
  private bytes = 0;
  private textLength = 0;
  private hasText = false;
  private isCut = false;

  constructor(
    /** The model that answers: the requested one, until a chunk names another (an alias, a fallback). */
    public model: string,
    private readonly size: AnswerSize,
  ) {}

  /** The text has reached its maximum size: reading stops. */
  get isFull(): boolean {
    return this.isCut;
  }

  /** Adds one chunk. @returns its text, without thoughts */
  take(facts: ChunkFacts): string {
    if (facts.model !== null) this.model = facts.model;
    if (facts.text !== '') {
      this.finish = null;
      this.lastUsage = null;
    }
    if (facts.usage !== null) this.usage = facts.usage;
    if (facts.finish !== null) {
      this.finishCameAlone = facts.text === '' && (this.finishCameAlone || this.finish === null);
      this.finish = facts.finish;
      this.promptBlocked = facts.promptBlocked;
    }
    if (this.finish !== null && facts.usage !== null) this.lastUsage = facts.usage;
    return this.keep(this.thoughts.push(facts.text));
  }

  /** Text that was held back as the possible beginning of a thought. */
  flush(): string {
    return this.keep(this.thoughts.end());
  }

  /** @throws ModelError `unavailable` for a cut answer, or for one without text that no policy and no limit explains */
  end(): GenerateEnd {
    const { finish, promptBlocked, model } = this;
    const base = { type: 'end', promptBlocked, model } as const;
    if (this.isCut) return { ...base, finish: 'length', usage: this.counts(this.lastUsage) };
    if (finish === null) throw new ModelError('unavailable', null, 'no finish reason');
    if (!this.hasText && (finish === 'stop' || finish === 'technical'))
      throw new ModelError('unavailable', null, 'empty answer');
    return { ...base, finish, usage: this.counts(this.usage) };
  }

  /**
   * The end of an answer whose stream failed.
   * @throws error when the answer is not whole
   */
  endAfter(error: unknown): GenerateEnd {
    if (error instanceof BlockedByPolicy) {
      const { model, hasText } = this;
      return { type: 'end', finish: error.finish, promptBlocked: !hasText, model, usage: null };
    }
    if (error instanceof AnswerTooLarge && this.hasText) this.isCut = true;
    else if (!(error instanceof ModelError && error.isReadFailure)) throw error;
    else if (this.finish === null || !this.finishCameAlone) throw error;
    this.usage = this.lastUsage;
    return this.end();
  }

  private keep(text: string): string {
    const kept = truncateToBytes(text, this.size.textBytes - this.bytes);
    this.isCut ||= kept.length < text.length;
    this.bytes += Buffer.byteLength(kept);
    this.textLength += kept.length;
    this.hasText ||= kept.trim() !== '';
    return kept;
  }

  /** Splits the output count by length when the provider counts thoughts within the text as output. */
  private counts(usage: TokenUsage | null): TokenUsage | null {
    const { thoughtLength } = this.thoughts;
    if (!usage || usage.outputTokens === null || usage.thoughtTokens !== 0 || thoughtLength === 0)
      return usage;
    const share = thoughtLength / (thoughtLength + this.textLength);
    const thoughtTokens = Math.round(usage.outputTokens * share);
    return { ...usage, thoughtTokens, outputTokens: usage.outputTokens - thoughtTokens };
  }
}
