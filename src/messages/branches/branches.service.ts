import { Injectable } from '@nestjs/common';
import { toRoom, type ChatroomDto } from '../../chatroom/chatroom.dto.js';
import { ChatroomListCache } from '../../chatroom/list-cache/chatroom-list-cache.js';
import { Nudges } from '../../platform/bus/nudges.js';
import { Clock } from '../../platform/clock/clock.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/problem/problem.js';
import { CHOOSE } from './choose.statement.js';

/** Chooses the branch that a room's conversation goes on from. */
@Injectable()
export class BranchesService {
  constructor(
    private readonly database: Database,
    private readonly listCache: ChatroomListCache,
    private readonly nudges: Nudges,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the newest message below a message the active leaf of its room.
   * @throws Problem not_found when the room or the message does not belong to the caller
   */
  async choose(userId: string, roomId: string, messageId: string): Promise<ChatroomDto> {
    const room = await this.nudges.orMiss(
      this.database.one(CHOOSE, { userId, roomId, messageId, now: this.clock.now() }),
    );
    if (!room) throw Problem.notFound();
    // Also when the leaf stays: the process of an earlier request may have died before the invalidation.
    await this.listCache.invalidate(userId);
    this.nudges.tell(userId, { type: 'room', id: roomId, change: 'updated' });
    return toRoom(room);
  }
}
