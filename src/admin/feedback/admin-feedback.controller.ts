import { Get, Query } from '@nestjs/common';
import { AdminController, AdminListOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminFeedbackDto, AdminFeedbackPage, FeedbackQuery } from './admin-feedback.dto.js';
import { AdminFeedbackService } from './admin-feedback.service.js';

@AdminController('feedback')
export class AdminFeedbackController {
  constructor(private readonly feedback: AdminFeedbackService) {}

  @Get()
  @AdminListOperation({
    item: AdminFeedbackDto,
    summary: 'List feedback on replies',
    description:
      'By reply, the newest reply first, without the texts of replies and comments. The first page has the counts of what the filters select.',
    shown: 'A page of feedback.',
    page: AdminFeedbackPage,
  })
  listFeedback(
    @CurrentOperator() operator: Operator,
    @Query() query: FeedbackQuery,
  ): Promise<AdminFeedbackPage> {
    return this.feedback.list(operator, query);
  }
}
