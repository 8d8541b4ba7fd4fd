import { Rejected } from '../llm/language-model.js';
import type { Conversation } from './conversation.js';

/** One conversation in ever shorter forms, as far as a model has refused it. */
export class Shortening {
  private at = 0;
  /** Was it too long, by the model's own words? Only then is its length a lesson for others. */
  wasTooLong = false;

  /** @param forms from {@link conversations}: the last one is the message alone */
  constructor(private readonly forms: readonly Conversation[]) {}

  get current(): Conversation {
    return this.forms[this.at]!;
  }

  /**
   * Goes on to a shorter form after a refusal for what was said, or for no named cause: then something that was said
   * before may be what is refused, and only the message alone tells.
   * @returns false: it was refused for another reason, or there is nothing left to leave out
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

/** Token budgets that models took after they had found the configured one too long: the next reply begins there. */
export class LearnedBudgets {
  /** By model; the catalogue bounds them. A restart forgets them. */
  private readonly budgets = new Map<string, number>();

  of(model: string, configured: number): number {
    return Math.min(configured, this.budgets.get(model) ?? configured);
  }

  /** A message alone is no lesson: it may be nearly as long as the model takes. */
  learn(model: string, { wasTooLong, current }: Shortening): void {
    if (wasTooLong && !current.isAlone) this.budgets.set(model, current.budgetTokens);
  }
}
