import { Rejected } from '../llm/language-model.js';
import type { Conversation } from './conversation.js';

/** The forms of one conversation, and the one that the model has not refused yet. */
export class Shortening {
  private at = 0;
  /** Did the model say that the conversation is too long? Only then does {@link LearnedBudgets} learn from it. */
  wasTooLong = false;

  /** @param forms of {@link conversations}: the last one is the message alone */
  constructor(private readonly forms: readonly Conversation[]) {}

  get current(): Conversation {
    return this.forms[this.at]!;
  }

  /**
   * Moves to a shorter form after a refusal of the message. After a refusal without a named cause it moves to the message
   * alone, because any earlier turn may be the cause.
   * @returns false when the refusal has another cause, or no shorter form is left
   */
  shorten(error: unknown): boolean {
    if (!(error instanceof Rejected) || (error.about !== 'message' && error.about !== 'unknown'))
      return false;
    const last = this.forms.length - 1;
    if (this.at === last) return false;
    this.wasTooLong = error.about === 'message';
    this.at = this.wasTooLong ? this.at + 1 : last;
    return true;
  }
}

/** Token budgets that models accepted after they refused the configured one: the next reply starts with them. */
export class LearnedBudgets {
  /** By model; bounded by the catalogue, and lost at a restart. */
  private readonly budgets = new Map<string, number>();

  of(model: string, configured: number): number {
    return Math.min(configured, this.budgets.get(model) ?? configured);
  }

  /** Learns nothing from a message alone, whose length may be close to the model's limit. */
  learn(model: string, { wasTooLong, current }: Shortening): void {
    if (wasTooLong && !current.isAlone) this.budgets.set(model, current.budgetTokens);
  }
}
