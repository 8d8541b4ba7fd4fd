import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { isOpenTo } from '../platform/config/model-catalogue.js';
import { newId } from '../platform/crypto/id.js';
import { HttpAnswer } from '../platform/http/http-answer.js';
import type { Idempotency } from '../platform/idempotency/idempotency.js';
import { IdempotencyRepository } from '../platform/idempotency/idempotency.repository.js';
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

/** Rooms: make, list, change, delete. Whatever writes tells the cached list after the commit. */
@Injectable()
export class ChatroomService {
  constructor(
    private readonly rooms: ChatroomRepository,
    private readonly users: UsersService,
    private readonly listCache: ChatroomListCache,
    private readonly idempotency: IdempotencyRepository,
    private readonly cursors: Cursors,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Makes a room; with an Idempotency-Key once, however often it is asked.
   * @param refusal of the minute's limit, from which only a replay is free
   * @throws Problem `validation_failed`, `room_limit_reached`, `idempotency_key_reused`, `idempotency_in_progress`, and the
   * refusal
   */
  async create(
    userId: string,
    body: CreateChatroomDto,
    idempotency: Idempotency | null,
    refusal: Problem | null,
  ): Promise<HttpAnswer<ChatroomDto>> {
    const earlier = idempotency && (await this.replay(userId, idempotency));
    if (earlier) return earlier;
    if (refusal) throw refusal;
    const room = toNewRoom(body);
    await this.assertModelIsOpen(userId, room.model);
    const made = idempotency
      ? await this.rooms.insertOnce(userId, newId(), room, idempotency, this.clock.now())
      : await this.rooms.insert(userId, newId(), room, this.clock.now());
    if (made) {
      await this.listCache.invalidate(userId);
      return created(made);
    }
    // A parallel twin was first, and is done.
    const twins = idempotency && (await this.replay(userId, idempotency));
    if (!twins) throw new Problem('idempotency_in_progress');
    return twins;
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
    await this.assertModelIsOpen(userId, changes.model);
    const room = await this.rooms.update(userId, roomId, changes, this.clock.now());
    await this.listCache.invalidate(userId);
    return toRoom(found(room));
  }

  /** @throws Problem `not_found` */
  async delete(userId: string, roomId: string): Promise<void> {
    const wasThere = await this.rooms.delete(userId, roomId);
    // Also when it was not: perhaps this is the repeat of a request whose process died before it told the cache.
    await this.listCache.invalidate(userId);
    if (!wasThere) throw Problem.notFound();
  }

  /** The room that an earlier request with this key made, as it is now; null for a new key. */
  private async replay(userId: string, idempotency: Idempotency): Promise<HttpAnswer<ChatroomDto> | null> {
    const roomId = await this.idempotency.find(userId, idempotency, this.clock.now());
    if (roomId === null) return null;
    // The process that made it may have died between its commit and telling the cache.
    await this.listCache.invalidate(userId);
    const answer = created(found(await this.rooms.findOwned(userId, roomId)));
    answer.headers['Idempotency-Replayed'] = 'true';
    return answer;
  }

  private async assertModelIsOpen(userId: string, model: string | null | undefined): Promise<void> {
    if (model == null) return;
    const user = await this.users.find(userId);
    if (!user) throw new Problem('session_ended');
    if (!isOpenTo(this.config.llm.models, model, tierAt(user, this.clock.now())))
      throw Problem.field('model', 'not_allowed', 'model must be one that your tier has (GET /models).');
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
