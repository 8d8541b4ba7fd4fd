import type { MessageDto } from '@chat-backend/client';

/** Every message of a room that was seen, of all branches: a sibling that is known needs no search in the room. */
export class SeenMessages {
  private readonly byId = new Map<string, MessageDto>();

  add(...messages: readonly MessageDto[]): void {
    for (const message of messages) this.byId.set(message.id, message);
  }

  /** @param index place among the siblings of a message, from 1 on. It never changes. */
  sibling({ parent_id, role }: MessageDto, index: number): MessageDto | undefined {
    return [...this.byId.values()].find(
      (one) => one.parent_id === parent_id && one.role === role && one.siblings.index === index,
    );
  }
}
