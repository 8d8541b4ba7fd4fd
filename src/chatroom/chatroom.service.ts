import { Inject, Injectable } from '@nestjs/common';
import { Bus } from '../platform/bus/bus.js';
import { Nudges } from '../platform/bus/nudges.js';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { isOpenTo } from '../platform/config/model-catalogue.js';
import { HttpAnswer } from '../platform/http/responses/http-answer.js';
import type { Idempotency } from '../platform/idempotency/idempotency.js';
import { IdempotencyKeys } from '../platform/idempotency/idempotency-keys.service.js';
import { Cursors, type Page } from '../platform/fields/page.js';
import { Problem } from '../platform/problem/problem.js';
import { tierAt } from '../users/user.dto.js';
import { UsersService } from '../users/users.service.js';
import { toRoom, type ChatroomDto } from './chatroom.dto.js';
import type { Chatroom } from './chatroom.entity.js';
import {
  toNewRoom,
  toRoomChanges,
  type CreateChatroomDto,
  type ListChatroomsQuery,
  type UpdateChatroomDto,
} from './chatroom.input.js';
import { ChatroomRepository, type RoomPosition } from './chatroom.repository.js';
import type { ListedRoom } from './chatroom.statements.js';
import { ChatroomListCache } from './list-cache/chatroom-list-cache.js';

/** Creates, lists, changes and deletes rooms. Every write invalidates the cached list after its commit. */
@Injectable()
export class ChatroomService {
  constructor(
    private readonly rooms: ChatroomRepository,
    private readonly users: UsersService,
    private readonly listCache: ChatroomListCache,
    private readonly keys: IdempotencyKeys,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    private readonly bus: Bus,
    private readonly nudges: Nudges,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Creates a room; with an Idempotency-Key only once. A replay gets the room in its present state.
   * @throws Problem `validation_failed`, `room_limit_reached`, `idempotency_key_reused`, `idempotency_in_progress`
   */
  async create(
    userId: string,
    body: CreateChatroomDto,
    idempotency: Idempotency | null,
  ): Promise<HttpAnswer<ChatroomDto>> {
    const room = toNewRoom(body);
    let made: Chatroom | null = null;
    const { resourceId, replayed } = await this.nudges.orMiss(
      this.keys.once(
        userId,
        idempotency,
        async (manager, id) => {
          made = await this.rooms.insert(userId, id, room, this.clock.now(), manager);
        },
        () => this.assertModelAllowed(userId, room.model),
      ),
    );
    // Also for a replay: the process that created the room may have died between the commit and the invalidation.
    await this.listCache.invalidate(userId);
    if (!replayed) {
      this.nudges.tell(userId, { type: 'room', id: resourceId, change: 'created' });
      return created(made!);
    }
    const answer = created(found(await this.rooms.findOwned(userId, resourceId)));
    answer.headers['Idempotency-Replayed'] = 'true';
    return answer;
  }

  async list(userId: string, { archived, cursor, limit }: ListChatroomsQuery): Promise<Page<ChatroomDto>> {
    const scope = `rooms:${archived}:${userId}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<RoomPosition>(scope, cursor);
    const rows = await this.rooms.list(userId, archived, limit, after);
    return this.cursors.page(scope, rows, limit, toRoom, positionOf);
  }

  /** @throws Problem `not_found`, `validation_failed` */
  async update(userId: string, roomId: string, body: UpdateChatroomDto): Promise<ChatroomDto> {
    const changes = toRoomChanges(body);
    if (Object.values(changes).every((change) => change === undefined))
      return toRoom(found(await this.rooms.findOwned(userId, roomId)));
    await this.assertModelAllowed(userId, changes.model);
    const room = await this.nudges.orMiss(this.rooms.update(userId, roomId, changes, this.clock.now()));
    await this.listCache.invalidate(userId);
    if (room) this.nudges.tell(userId, { type: 'room', id: roomId, change: 'updated' });
    return toRoom(found(room));
  }

  /** @throws Problem `not_found` */
  async delete(userId: string, roomId: string): Promise<void> {
    const existed = await this.nudges.orMiss(this.rooms.delete(userId, roomId));
    if (existed) this.bus.wake('room.deleted', { chatroomId: roomId });
    // Also without a room: an earlier request may have deleted it, and its process died before the invalidation.
    await this.listCache.invalidate(userId);
    if (!existed) throw Problem.notFound();
    this.nudges.tell(userId, { type: 'room', id: roomId, change: 'deleted' });
  }

  private async assertModelAllowed(userId: string, model: string | null | undefined): Promise<void> {
    if (model == null) return;
    const user = await this.users.find(userId);
    if (!user) throw new Problem('session_ended');
    if (!isOpenTo(this.config.llm.models, model, tierAt(user, this.clock.now())))
      throw Problem.field(
        'model',
        'not_allowed',
        'model must be an id of GET /models that is open to your tier.',
      );
  }
}

const positionOf = (room: ListedRoom): RoomPosition => [room.pinned, room.activity, room.id];

function found(room: Chatroom | null): Chatroom {
  if (!room) throw Problem.notFound();
  return room;
}

function created(room: Chatroom): HttpAnswer<ChatroomDto> {
  return new HttpAnswer(toRoom(room), { Location: `/chatroom/${room.id}` });
}
