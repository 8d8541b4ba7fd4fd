import type { ChatroomDto, ChatroomPage, CreateChatroomDto, UpdateChatroomDto } from '@chat-backend/client';
import { chat } from '../../../ui/api/chat.js';
import { Store, useStore } from '../../../ui/lib/store.js';

export interface RoomList {
  rooms: readonly ChatroomDto[];
  cursor: string | null;
  isArchive: boolean;
  isLoaded: boolean;
  error: unknown;
}

const EMPTY: RoomList = { rooms: [], cursor: null, isArchive: false, isLoaded: false, error: null };
const list = new Store<RoomList>(EMPTY);

export const useRooms = (): RoomList => useStore(list);

/** Joins pages without duplicates: a room that moves between two requests is on both pages. */
export const joined = (rooms: readonly ChatroomDto[], more: readonly ChatroomDto[]): ChatroomDto[] => {
  const known = new Set(rooms.map(({ id }) => id));
  return [...rooms, ...more.filter(({ id }) => !known.has(id))];
};

const pageOf = (isArchive: boolean, cursor: string | null): Promise<ChatroomPage> => {
  const query = new URLSearchParams({ ...(isArchive && { archived: 'true' }), ...(cursor && { cursor }) });
  // Without parameters the answer comes from the server's cache.
  return chat.get(`/chatroom${query.size > 0 ? `?${query}` : ''}`);
};

/** The reads begun so far, and the last one that is shown: the response to an earlier one does not replace it. */
let reads = 0;
let shownRead = 0;

/** Reads the list again, as far as it is shown. */
export async function loadRooms(): Promise<void> {
  const { isArchive } = list.get();
  const nth = (reads += 1);
  const isLate = () => nth < shownRead || list.get().isArchive !== isArchive;
  try {
    const first = await pageOf(isArchive, null);
    let [rooms, cursor] = [first.data, first.next_cursor];
    while (cursor !== null && rooms.length < list.get().rooms.length && !isLate()) {
      const page = await pageOf(isArchive, cursor);
      [rooms, cursor] = [joined(rooms, page.data), page.next_cursor];
    }
    if (isLate()) return;
    shownRead = nth;
    list.update((now) => ({ ...now, rooms, cursor, isLoaded: true, error: null }));
  } catch (error) {
    if (!isLate()) list.update((now) => ({ ...now, error }));
  }
}

export async function loadMoreRooms(): Promise<void> {
  const { cursor, isArchive } = list.get();
  const { data, next_cursor } = await pageOf(isArchive, cursor);
  list.update((now) => ({ ...now, rooms: joined(now.rooms, data), cursor: next_cursor }));
}

export function showArchive(isArchive: boolean): Promise<void> {
  list.set({ ...EMPTY, isArchive });
  return loadRooms();
}

export function forgetRooms(): void {
  // What is still being read belongs to the person who leaves.
  shownRead = reads += 1;
  list.set(EMPTY);
}

export async function createRoom(room: Partial<CreateChatroomDto>, key: string): Promise<ChatroomDto> {
  const created = await chat.createRoom(room, key);
  void loadRooms();
  return created;
}

export async function changeRoom(roomId: string, change: Partial<UpdateChatroomDto>): Promise<ChatroomDto> {
  const changed = await chat.updateRoom(roomId, change);
  list.update((now) => ({ ...now, rooms: now.rooms.map((room) => (room.id === roomId ? changed : room)) }));
  await loadRooms();
  return changed;
}

export async function deleteRoom(roomId: string): Promise<void> {
  await chat.deleteRoom(roomId);
  list.update((now) => ({ ...now, rooms: now.rooms.filter(({ id }) => id !== roomId) }));
}
