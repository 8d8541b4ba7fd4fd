import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Answer, Client } from './client.js';
import { newUser, type TestUser } from './people.js';
import { Product, sharedProduct, startProduct } from './product.js';
import { deletedWithFile } from './programs.js';

export interface RoomBody {
  id: string;
  name: string;
  pinned: boolean;
  archived: boolean;
  updated_at: string;
}

/** Creates a room and returns it as the API shows it. */
export async function newRoom(user: TestUser, body: object = {}): Promise<RoomBody> {
  const answer = await user.client.post('/chatroom', body);
  if (answer.status !== 201) throw new Error(`no room was made: ${answer.text}`);
  return answer.body as RoomBody;
}

/** A new user with a room. */
export async function someoneWithRoom(
  product: Product,
  options: Parameters<typeof newUser>[1] = {},
): Promise<{ user: TestUser; room: string }> {
  const user = await newUser(product, options);
  return { user, room: (await newRoom(user)).id };
}

/** The first page of the list, and its X-Cache. */
export async function listOf(
  client: Client,
): Promise<{ from: string | null; ids: string[]; answer: Answer }> {
  const answer = await client.get('/chatroom');
  if (answer.status !== 200) throw new Error(`no list: ${answer.text}`);
  const { data } = answer.body as { data: RoomBody[] };
  return { from: answer.headers.get('x-cache'), ids: data.map(({ id }) => id), answer };
}

/** Every page of a list. */
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

/** An API process without a worker on the database of a shared product, shared by the same files. */
export const sharedTwin = (shared: Product): Promise<Product> =>
  sharedProduct({ DATABASE_URL: shared.databaseUrl, WORKER: 'separate' });

/** The same user at another process. */
export const at = (product: Product, user: TestUser): Client => product.client.as(user.token);

/** A new DATA_DIR, deleted at the end of the test file. */
export function newDataDir(): string {
  const home = deletedWithFile(mkdtempSync(join(tmpdir(), 'chat-embedded-')));
  // Readable by others: started as root, PostgreSQL runs as another user.
  chmodSync(home, 0o755);
  return home;
}

/** The product without configuration: on the embedded PostgreSQL, in the given folder. */
export async function startEmbedded(
  home = newDataDir(),
  environment: Record<string, string> = {},
): Promise<Product> {
  const { url, process: child } = await startProduct({ DATABASE_URL: '', DATA_DIR: home, ...environment });
  const password = readFileSync(join(home, 'postgres-password'), 'utf8').trim();
  const port = readFileSync(join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[3];
  const databaseUrl = `postgresql://chat:${password}@127.0.0.1:${port}/chat`;
  const db = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  db.on('error', () => undefined); // its server ends with the product
  return new Product(url, databaseUrl, db, child, { text: '' });
}
