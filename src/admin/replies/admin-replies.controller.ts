import { Body, Get, Post, Query } from '@nestjs/common';
import { ApiIdParam, IdParam } from '../../platform/fields/id.param.js';
import { NoBodyDto } from '../../platform/fields/no-body.dto.js';
import type { Page } from '../../platform/fields/page.js';
import { AdminController, AdminListOperation, AdminOperation } from '../admin.decorators.js';
import { CurrentOperator, type Operator } from '../operator.js';
import { AdminRepliesService } from './admin-replies.service.js';
import { AdminReplyDto, AdminReplyPage, RepliesQuery } from './admin-reply.dto.js';

@AdminController('replies')
export class AdminRepliesController {
  constructor(private readonly replies: AdminRepliesService) {}

  @Get()
  @AdminListOperation({
    item: AdminReplyDto,
    summary: 'List replies by state',
    description: 'Newest first, without their text.',
    shown: 'A page of replies.',
    page: AdminReplyPage,
  })
  listReplies(
    @CurrentOperator() operator: Operator,
    @Query() query: RepliesQuery,
  ): Promise<Page<AdminReplyDto>> {
    return this.replies.list(operator, query);
  }

  @Post(':id/retry')
  @ApiIdParam('id', 'The reply.')
  @AdminOperation({
    summary: 'Retry a user’s failed reply',
    description:
      'Retries the reply in place, without a charge to its user. It counts as one of the reply’s three retries.',
    success: { status: 202, description: 'The reply is queued again.', type: AdminReplyDto },
    errors: ['not_retriable'],
    takesBody: true,
  })
  retryFailedReply(
    @IdParam('id') id: string,
    @Body() _: NoBodyDto,
    @CurrentOperator() operator: Operator,
  ): Promise<AdminReplyDto> {
    return this.replies.retry(operator, id);
  }
}
