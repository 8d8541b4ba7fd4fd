import type { UserEvent } from '@chat-backend/client';

/** What is to be read again. */
export interface News {
  /** Events may have been lost: everything that is shown. */
  all: boolean;
  rooms: boolean;
  usage: boolean;
  account: boolean;
  events: readonly UserEvent[];
}

export const noNews: News = { all: false, rooms: false, usage: false, account: false, events: [] };

/** @param event an event of `GET /user/events`; unknown types of later versions are ignored */
export function newsOf(event: UserEvent): News {
  const news = { ...noNews, events: [event] };
  switch (event.type) {
    case 'sync':
      return { ...news, all: true, rooms: true, usage: true, account: true };
    case 'room':
    case 'message':
      return { ...news, rooms: true };
    case 'usage':
      return { ...news, usage: true };
    case 'subscription':
      return { ...news, usage: true, account: true };
    case 'reply':
    default:
      return news;
  }
}

export const joinedNews = (one: News, other: News): News => ({
  all: one.all || other.all,
  rooms: one.rooms || other.rooms,
  usage: one.usage || other.usage,
  account: one.account || other.account,
  events: [...one.events, ...other.events],
});

/** True for an event that concerns a room itself: its name, its settings, its active branch, its end. */
export const isOfRoom = (roomId: string, { all, events }: News): boolean =>
  all || events.some((event) => event.type === 'room' && event.id === roomId);
