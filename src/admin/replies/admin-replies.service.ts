import { Injectable } from '@nestjs/common';
import { DailyMessageLimitGuard } from '../../messages/quota/daily-message-limit.guard.js';
import { ReplyActions } from '../../messages/replies/reply-actions.service.js';
import { Database } from '../../platform/database/database.js';
import { Cursors, type Page } from '../../platform/fields/page.js';
import { Problem } from '../../platform/problem/problem.js';
import { AuditLog } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import { toAdminReply, type AdminReplyDto, type RepliesQuery } from './admin-reply.dto.js';
import { AdminRepliesRepository, type AdminReplyRow } from './admin-replies.repository.js';

/** Lists and retries replies for operators. */
@Injectable()
export class AdminRepliesService {
  constructor(
    private readonly replies: AdminRepliesRepository,
    private readonly orders: ReplyActions,
    private readonly limits: DailyMessageLimitGuard,
    private readonly audit: AuditLog,
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  async list(operator: Operator, query: RepliesQuery): Promise<Page<AdminReplyDto>> {
    const { status = 'failed', user_id: userId = null, cursor, limit } = query;
    const scope = `admin-replies:${operator.userId}:${status}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.replies.list(status, userId, before, limit + 1);
    return this.cursors.page(scope, rows, limit, toAdminReply, ({ id }) => id);
  }

  /**
   * Retries a failed reply. Its user is not charged, because they did not request it.
   * @throws Problem `not_found`, `not_retriable`
   */
  async retry(operator: Operator, replyId: string): Promise<AdminReplyDto> {
    const { userId, chatroomId: roomId } = await this.find(replyId);
    const begin = await this.database.tx(async (manager) => {
      const owned = { userId, roomId, replyId };
      const granted = await this.orders.retryFreeIn(manager, owned, this.limits.limitNow());
      await this.audit.write(operator, { action: 'reply.retry', userId, target: replyId }, manager);
      return granted;
    });
    await begin();
    return toAdminReply(await this.find(replyId));
  }

  private async find(replyId: string): Promise<AdminReplyRow> {
    const reply = await this.replies.find(replyId);
    if (!reply) throw Problem.notFound();
    return reply;
  }
}
