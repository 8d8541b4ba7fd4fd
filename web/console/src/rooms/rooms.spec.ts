import type { ChatroomDto } from '@chat-backend/client';
import { joined } from './rooms.js';

const room = (id: string) => ({ id }) as ChatroomDto;

it('a room that has moved between two pages is shown once', () => {
  const all = joined([room('a'), room('b')], [room('b'), room('c')]);
  expect(all.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});
