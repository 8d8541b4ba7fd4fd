import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CONFIG, type Config } from '../config/config.js';
import { nextTry } from './delivery-policy.js';
import { EndpointCircuit } from './endpoint-circuit.js';
import { postEvent, type DeliveryResult } from './event-endpoint.js';
import { EVENT_CIRCUIT_OPENED, EVENT_DELIVERIES, EVENT_LAG } from './outbox.metrics.js';
import { OutgoingEventsRepository, type OutgoingEvent } from './outgoing-events.repository.js';

/** Ten times what a receiver needs that only stores the event. */
const SHUTDOWN_MS = 2_000;

/**
 * Tries events, one request each. Safe to repeat: the receiver knows a repetition by its webhook-id.
 *
 * A worker that dies between the request and the note in the row leaves the event pending, and it is sent again.
 */
@Injectable()
export class EventDelivery implements OnModuleDestroy {
  private readonly logger = new Logger('EventDelivery');
  readonly circuit = new EndpointCircuit();
  private readonly stopping = new AbortController();

  constructor(
    private readonly events: OutgoingEventsRepository,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Tries an event if it is due and the endpoint is available; otherwise its row waits for the sweeper. */
  async deliver(eventId: string): Promise<void> {
    const { events: endpoint } = this.config;
    if (endpoint === null || this.circuit.allowance === 0) return;
    const event = await this.events.find(eventId);
    if (event?.state !== 'pending' || event.nextTryAt > this.clock.now()) return;
    // Asked again: another event may have taken the probe during the look-up.
    if (!this.circuit.take()) return;
    const { id, type, createdAt: timestamp, data } = event;
    const { signal } = this.stopping;
    const result = await postEvent(endpoint, { id, type, timestamp, data }, signal);
    // The shutdown ended the request, not the receiver: the event is due, and another process sends it.
    if (!result.delivered && signal.aborted) return;
    await this.note(event, result);
  }

  /** Requests that run have some time to end, then they are cancelled: a slow receiver does not hold up a shutdown. */
  onModuleDestroy(): void {
    setTimeout(() => this.stopping.abort(), SHUTDOWN_MS).unref();
  }

  private async note(event: OutgoingEvent, result: DeliveryResult): Promise<void> {
    const now = this.clock.now();
    if (result.delivered) {
      if (this.circuit.succeeded()) this.logger.log('events are delivered again');
      await this.events.delivered(event.id, now);
      EVENT_DELIVERIES.inc({ outcome: 'delivered' });
      EVENT_LAG.observe({}, Math.max(0, now.getTime() - event.createdAt.getTime()) / 1000);
      return;
    }
    const { error, pauseMs } = result;
    if (this.circuit.failed(pauseMs)) {
      EVENT_CIRCUIT_OPENED.inc({});
      this.logger.warn(`events are not delivered, deliveries pause: ${error}`);
    }
    const next = nextTry({ tries: event.tries + 1, now, giveUpAt: event.giveUpAt }, Math.random());
    await this.events.noteFailure(event.id, error, next, now);
    EVENT_DELIVERIES.inc({ outcome: next === null ? 'failed' : 'retry' });
    if (next === null)
      this.logger.warn({
        msg: `event not delivered, gave up: ${error}`,
        event_id: event.id,
        type: event.type,
      });
  }
}
