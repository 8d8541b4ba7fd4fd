import { Injectable } from '@nestjs/common';
import { Cursors } from '../../platform/fields/page.js';
import type { Operator } from '../operator.js';
import { toAdminFeedback, type AdminFeedbackPage, type FeedbackQuery } from './admin-feedback.dto.js';
import { AdminFeedbackRepository } from './admin-feedback.repository.js';

/** Lists feedback for operators: ratings, tags and counts. */
@Injectable()
export class AdminFeedbackService {
  constructor(
    private readonly feedback: AdminFeedbackRepository,
    private readonly cursors: Cursors,
  ) {}

  async list(operator: Operator, query: FeedbackQuery): Promise<AdminFeedbackPage> {
    const { rating = null, tag = null, user_id: userId = null, cursor, limit } = query;
    const filter = { rating, tag, userId };
    const scope = `admin-feedback:${operator.userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const [rows, counts] = await Promise.all([
      this.feedback.list(filter, before, limit + 1),
      before === null ? this.feedback.count(filter) : null,
    ]);
    return { ...this.cursors.page(scope, rows, limit, toAdminFeedback, ({ id }) => id), counts };
  }
}
