import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { BillingRoutesModule } from '../billing/billing-routes.module.js';
import { SubscriptionsModule } from '../billing/subscription/subscriptions.module.js';
import { MessagesModule } from '../messages/messages.module.js';
import { AccountDeletionModule } from '../users/deletion/account-deletion.module.js';
import { UsersModule } from '../users/users.module.js';
import { WebhookReplayModule } from '../webhooks/webhook-replay.module.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditListService } from './audit/audit-list.service.js';
import { AuditModule } from './audit/audit.module.js';
import { AdminBillingRepository } from './billing/admin-billing.repository.js';
import { AdminBillingService } from './billing/admin-billing.service.js';
import { AdminEventsController } from './billing/admin-events.controller.js';
import { AdminReconcileController } from './billing/admin-reconcile.controller.js';
import { AdminSubscriptionsController } from './billing/admin-subscriptions.controller.js';
import { AdminRepliesController } from './replies/admin-replies.controller.js';
import { AdminRepliesRepository } from './replies/admin-replies.repository.js';
import { AdminRepliesService } from './replies/admin-replies.service.js';
import { AdminRoomsController } from './rooms/admin-rooms.controller.js';
import { AdminRoomsRepository } from './rooms/admin-rooms.repository.js';
import { AdminRoomsService } from './rooms/admin-rooms.service.js';
import { OperatorAccessExport } from './rooms/operator-access.export.js';
import { RoomReadingController } from './rooms/room-reading.controller.js';
import { RoomReadingService } from './rooms/room-reading.service.js';
import { AdminUsersController } from './users/admin-users.controller.js';
import { AdminUsersRepository } from './users/admin-users.repository.js';
import { AdminUsersService } from './users/admin-users.service.js';
import { GrantsService } from './users/grants.service.js';
import { UserActs } from './users/user-acts.service.js';

/** About paying; with BILLING=off there are no such routes. */
@Module({
  imports: [AuditModule, AuthModule, BillingRoutesModule, UsersModule, WebhookReplayModule],
  controllers: [AdminEventsController, AdminReconcileController, AdminSubscriptionsController],
  providers: [AdminBillingRepository, AdminBillingService],
})
class AdminBillingModule {}

/** The operators' side of everything. */
@Module({
  imports: [AccountDeletionModule, AuditModule, AuthModule, MessagesModule, SubscriptionsModule, UsersModule],
  controllers: [
    AdminRepliesController,
    AdminRoomsController,
    AdminUsersController,
    AuditController,
    RoomReadingController,
  ],
  providers: [
    AdminRepliesRepository,
    AdminRepliesService,
    AdminRoomsRepository,
    AdminRoomsService,
    AdminUsersRepository,
    AdminUsersService,
    AuditListService,
    GrantsService,
    OperatorAccessExport,
    RoomReadingService,
    UserActs,
  ],
})
export class AdminModule {
  static forRoot({ billing }: { billing: boolean }): DynamicModule {
    const optional: Type[] = billing ? [AdminBillingModule] : [];
    return { module: AdminModule, imports: optional };
  }
}
