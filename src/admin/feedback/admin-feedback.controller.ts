import { Get, Query } from '@nestjs/common';
import { AdminController, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminFeedbackPage, FeedbackQuery } from './admin-feedback.dto.js';
import { AdminFeedbackService } from './admin-feedback.service.js';

@AdminController('feedback')
export class AdminFeedbackController {
  constructor(private readonly feedback: AdminFeedbackService) {}

  @Get()
  @AdminOperation({
    summary: 'List feedback on replies',
    description:
      'By reply, the newest reply first, without the texts of replies and comments. The first page has the counts of what the filters select.',
    success: { status: 200, description: 'A page of feedback.', type: AdminFeedbackPage },
  })
  listFeedback(
    @CurrentOperator() operator: Operator,
    @Query() query: FeedbackQuery,
  ): Promise<AdminFeedbackPage> {
    return this.feedback.list(operator, query);
  }
}
