import type { Answer, Client } from './client.js';
import type { TestUser } from './people.js';
import { startProduct, type Product } from './product.js';

export interface RoomBody {
  id: string;
  name: string;
  pinned: boolean;
  archived: boolean;
  updated_at: string;
}

/** Makes a room and gives it as the API shows it. */
export async function newRoom(user: TestUser, body: object = {}): Promise<RoomBody> {
  const answer = await user.client.post('/chatroom', body);
  if (answer.status !== 201) throw new Error(`no room was made: ${answer.text}`);
  return answer.body as RoomBody;
}

/** The first page of the list, and where it came from. */
export async function listOf(
  client: Client,
): Promise<{ from: string | null; ids: string[]; answer: Answer }> {
  const answer = await client.get('/chatroom');
  if (answer.status !== 200) throw new Error(`no list: ${answer.text}`);
  const { data } = answer.body as { data: RoomBody[] };
  return { from: answer.headers.get('x-cache'), ids: data.map(({ id }) => id), answer };
}

/** Every page of a list, one after the other. */
export async function allPages(
  client: Client,
  query: string,
  between?: () => Promise<unknown>,
): Promise<RoomBody[]> {
  const rooms: RoomBody[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const answer = await client.get(`/chatroom?${query}${cursor && `&cursor=${cursor}`}`);
    if (answer.status !== 200) throw new Error(`no page: ${answer.text}`);
    rooms.push(...(answer.body as { data: RoomBody[] }).data);
    cursor = (answer.body as { next_cursor: string | null }).next_cursor;
    await between?.();
  }
  return rooms;
}

/** A second API process on the same database. */
export const startTwin = (product: Product, environment: Record<string, string> = {}): Promise<Product> =>
  startProduct({ DATABASE_URL: product.databaseUrl, ...environment });

/** The same user at another process. */
export const at = (product: Product, user: TestUser): Client => product.client.as(user.token);
