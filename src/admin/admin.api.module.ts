import { Module, type DynamicModule } from '@nestjs/common';
import { AuthApiModule } from '../auth/auth.api.module.js';
import { BillingApiModule } from '../billing/billing.api.module.js';
import { MessagesApiModule } from '../messages/messages.api.module.js';
import { UsersModule } from '../users/users.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditListService } from './audit/audit-list.service.js';
import { AuditLog } from './audit/audit-log.service.js';
import { AuditLogRepository } from './audit/audit-log.repository.js';
import { AdminBillingRepository } from './billing/admin-billing.repository.js';
import { AdminBillingService } from './billing/admin-billing.service.js';
import { AdminEventsController } from './billing/admin-events.controller.js';
import { AdminReconcileController } from './billing/admin-reconcile.controller.js';
import { AdminSubscriptionsController } from './billing/admin-subscriptions.controller.js';
import { AdminFeedbackController } from './feedback/admin-feedback.controller.js';
import { AdminFeedbackRepository } from './feedback/admin-feedback.repository.js';
import { AdminFeedbackService } from './feedback/admin-feedback.service.js';
import { AdminDeliveriesController } from './deliveries/admin-deliveries.controller.js';
import { AdminDeliveriesRepository } from './deliveries/admin-deliveries.repository.js';
import { AdminDeliveriesService } from './deliveries/admin-deliveries.service.js';
import { PageSessionController } from './pages/page-session.controller.js';
import { PageSessions } from './pages/page-sessions.service.js';
import { AdminQueuesController } from './queues/admin-queues.controller.js';
import { AdminQueuesService } from './queues/admin-queues.service.js';
import { AdminRepliesController } from './replies/admin-replies.controller.js';
import { AdminRepliesRepository } from './replies/admin-replies.repository.js';
import { AdminRepliesService } from './replies/admin-replies.service.js';
import { AdminRoomsController } from './rooms/admin-rooms.controller.js';
import { AdminRoomsRepository } from './rooms/admin-rooms.repository.js';
import { AdminRoomsService } from './rooms/admin-rooms.service.js';
import { OperatorAccessExport } from './rooms/operator-access.export.js';
import { RoomReadingController } from './rooms/room-reading.controller.js';
import { RoomReadingService } from './rooms/room-reading.service.js';
import { AdminStatsController } from './stats/admin-stats.controller.js';
import { AdminStatsRepository } from './stats/admin-stats.repository.js';
import { AdminStatsService } from './stats/admin-stats.service.js';
import { AdminUsersController } from './users/admin-users.controller.js';
import { AdminUsersRepository } from './users/admin-users.repository.js';
import { AdminUsersService } from './users/admin-users.service.js';
import { GrantsService } from './users/grants.service.js';
import { UserActions } from './users/user-actions.service.js';

const BILLING_CONTROLLERS = [AdminEventsController, AdminReconcileController, AdminSubscriptionsController];
const BILLING_PROVIDERS = [AdminBillingRepository, AdminBillingService];

/** The operators' routes over all features; billing routes are left out with BILLING=off. */
@Module({
  imports: [AuthApiModule, MessagesApiModule, UsersModule],
  controllers: [
    AdminFeedbackController,
    AdminDeliveriesController,
    AdminQueuesController,
    AdminRepliesController,
    AdminRoomsController,
    AdminStatsController,
    AdminUsersController,
    AuditController,
    PageSessionController,
    RoomReadingController,
  ],
  providers: [
    AdminFeedbackRepository,
    AdminFeedbackService,
    AdminDeliveriesRepository,
    AdminDeliveriesService,
    AdminQueuesService,
    AdminRepliesRepository,
    AdminRepliesService,
    AdminRoomsRepository,
    AdminRoomsService,
    AdminStatsRepository,
    AdminStatsService,
    AdminUsersRepository,
    AdminUsersService,
    AuditListService,
    AuditLog,
    AuditLogRepository,
    GrantsService,
    OperatorAccessExport,
    PageSessions,
    RoomReadingService,
    UserActions,
  ],
})
export class AdminApiModule {
  static forRoot({ billing }: { billing: boolean }): DynamicModule {
    if (!billing) return { module: AdminApiModule };
    return {
      module: AdminApiModule,
      imports: [BillingApiModule, WebhooksModule],
      controllers: BILLING_CONTROLLERS,
      providers: BILLING_PROVIDERS,
    };
  }
}
