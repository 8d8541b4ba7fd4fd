import { Injectable } from '@nestjs/common';
import { Cursors, type Page } from '../../platform/fields/page.js';
import { DeliveryReplay } from '../../platform/outbox/delivery-replay.service.js';
import { OutgoingEventsRepository } from '../../platform/outbox/outgoing-events.repository.js';
import { Problem } from '../../platform/problem/problem.js';
import { AuditLog } from '../audit/audit-log.service.js';
import type { Operator } from '../operator.js';
import { AdminDeliveriesRepository } from './admin-deliveries.repository.js';
import { toAdminDelivery, type AdminDeliveryDto, type DeliveriesQuery } from './admin-delivery.dto.js';

/** Lists and replays outgoing events for operators. */
@Injectable()
export class AdminDeliveriesService {
  constructor(
    private readonly deliveries: AdminDeliveriesRepository,
    private readonly events: OutgoingEventsRepository,
    private readonly replays: DeliveryReplay,
    private readonly audit: AuditLog,
    private readonly cursors: Cursors,
  ) {}

  async list(operator: Operator, query: DeliveriesQuery): Promise<Page<AdminDeliveryDto>> {
    const { state = null, type = null, user_id: userId = null, cursor, limit } = query;
    const scope = `admin-deliveries:${operator.userId}`;
    const before = cursor === undefined ? null : this.cursors.decode<string>(scope, cursor);
    const rows = await this.deliveries.list({ state, type, userId }, before, limit + 1);
    return this.cursors.page(scope, rows, limit, toAdminDelivery, ({ id }) => id);
  }

  /**
   * Sends an event again.
   * @throws Problem `not_found`
   */
  async replay(operator: Operator, eventId: string): Promise<AdminDeliveryDto> {
    const known = await this.events.find(eventId);
    const event = await this.replays.replay(eventId, (manager) =>
      this.audit.write(
        operator,
        {
          action: 'delivery.replay',
          target: eventId,
          details: { type: known?.type, state: known?.state },
        },
        manager,
      ),
    );
    if (!event) throw Problem.notFound();
    return toAdminDelivery(event);
  }
}
