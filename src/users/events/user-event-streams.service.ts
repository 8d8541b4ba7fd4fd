import { Injectable } from '@nestjs/common';
import { Bus } from '../../platform/bus/bus.js';
import type { Nudge } from '../../platform/bus/nudge.js';
import { Nudges, type NudgeReaders } from '../../platform/bus/nudges.js';
import { EventStreamBody, sseEvent } from '../../platform/http/responses/event-stream.js';
import type { Principal } from '../../platform/http/principal.js';
import { OpenStreams } from '../../platform/stream/open-streams.js';
import { toUserEvent } from './user-event.dto.js';

const SYNC = sseEvent('sync', {});

/** The open `GET /user/events` of this process. How nudges arrive: platform/bus/nudges.ts. */
@Injectable()
export class UserEventStreams implements NudgeReaders {
  private readonly byUser = new Map<string, Set<EventStreamBody>>();

  constructor(
    bus: Bus,
    private readonly nudges: Nudges,
    private readonly streams: OpenStreams,
  ) {
    nudges.readBy(this);
    // Sessions that ended meanwhile may be gone with their account: clients connect again, and are checked.
    bus.onReconnect(async () => this.forEach((body) => body.leave()));
  }

  get areThere(): boolean {
    return this.byUser.size > 0;
  }

  open({ userId, sessionId }: Principal): EventStreamBody {
    const body: EventStreamBody = new EventStreamBody(() => this.closed(userId, body));
    const isFirst = !this.areThere;
    const mine = this.byUser.get(userId) ?? new Set();
    this.byUser.set(userId, mine.add(body));
    // Subscribed first: a change after this event is a nudge.
    body.send(SYNC);
    this.streams.add(body, [sessionId]);
    // The other processes send nudges from now on; those they did not send until then make a gap, and so a `sync`.
    if (isFirst) this.nudges.beat();
    return body;
  }

  nudged(userId: string, nudges: Nudge[]): void {
    const mine = this.byUser.get(userId);
    if (!mine) return;
    const text = nudges.map(asEvent).join('');
    for (const body of mine) body.send(text);
  }

  mayHaveMissed(): void {
    this.forEach((body) => body.send(SYNC));
  }

  private forEach(action: (body: EventStreamBody) => void): void {
    for (const mine of this.byUser.values()) for (const body of mine) action(body);
  }

  private closed(userId: string, body: EventStreamBody): void {
    const mine = this.byUser.get(userId);
    if (mine?.delete(body) && mine.size === 0) this.byUser.delete(userId);
  }
}

function asEvent(nudge: Nudge): string {
  const { type, ...data } = toUserEvent(nudge);
  return sseEvent(type, data);
}
