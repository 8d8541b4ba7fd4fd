import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import type { Database } from '../../platform/database/database.js';
import { candidatesIn, comparePositions, unpackMembers, type Position } from './block.js';
import { fold } from './fold.js';
import { fieldGram, gramsToFind, matchesAll, type Term } from './grams.js';
import { snippetOf, type Snippet } from './snippet.js';
import {
  BLOCKS,
  CANDIDATES,
  MEMBERS,
  ROOMS,
  SLICES,
  TAIL,
  type BlockRow,
  type Filters,
  type FoundMessage,
} from './search.statements.js';

/** What is searched for. */
export interface SearchCommand extends Filters {
  terms: Term[];
  /** Results are older than this position. */
  before: Position;
  limit: number;
}

/** A result, with its place in the order. */
export type Result = Position & { room: { id: string; name: string }; message: FoundText | null };
type FoundText = Pick<FoundMessage, 'id' | 'seq' | 'role' | 'createdAt'> & Snippet;

export interface ResultPage {
  results: Result[];
  /** Where the next page begins; null: everything was read. */
  next: Position | null;
}

/**
 * Texts that one page reads, in UTF-16 units, and messages: about 100 ms. A page that reaches one of them is answered with what
 * was found, and its cursor continues behind the last message that was read.
 */
const MAX_TEXT = 6_000_000;
const MAX_MESSAGES = 12_000;
/** Messages of one statement: first few, because frequent words fill a page at once. */
const FIRST_READ = 64;
const LONGEST_READ = 512;
const TEXT_OF_A_READ = 1_000_000;
/** Reading the slices of a block costs as much as about that many messages. */
const MESSAGES_PER_BLOCK = 4;
/** Blocks of one statement, likewise. */
const FIRST_BLOCKS = 4;
const MOST_BLOCKS = 512;
const ZERO_ID = '00000000-0000-0000-0000-000000000000';

/** A block, and the places in it that are still to be read. */
interface OpenBlock {
  row: BlockRow;
  /** Everything in it that is not read yet is older than this. */
  bound: Position;
  /** Newest first; null: its slices are not read yet. */
  places: number[] | null;
}

/**
 * One page of a search: reads the tail and the blocks together, newest first, until the page is full or the work of a page is
 * done. Everything happens in one snapshot, so a message that moves from the tail into a block is seen once.
 */
export class SearchRun {
  private readonly found = new Map<string, Result>();
  /** Everything in the tail that is not read yet is older than this; null: nothing is left. */
  private tail: Position | null;
  private blocks: OpenBlock[] = [];
  private readonly grams: number[];
  private reads = FIRST_READ;
  private batch = FIRST_BLOCKS;
  private messagesRead = 0;
  private textRead = 0;

  constructor(
    private readonly database: Database,
    private readonly manager: EntityManager,
    private readonly command: SearchCommand,
  ) {
    this.tail = command.before;
    this.grams = gramsToFind(command.terms);
    for (const field of [command.roomId, command.role]) if (field !== null) this.grams.push(fieldGram(field));
  }

  async page(): Promise<ResultPage> {
    const { limit } = this.command;
    await this.findRooms();
    await this.listBlocks();
    for (;;) {
      const bound = this.bound();
      const isFull = this.isFull(bound);
      if (bound === null || isFull || this.isSpent()) {
        const ready = this.readyResults(bound);
        const results = ready.slice(0, limit);
        return { results, next: ready.length > limit ? results.at(-1)! : bound };
      }
      await this.readNext(bound);
      await nextTurn();
    }
  }

  /** Everything that is not read yet is older than this. */
  private bound(): Position | null {
    const block = this.blocks[0]?.bound ?? null;
    if (this.tail === null || block === null) return this.tail ?? block;
    return comparePositions(this.tail, block) >= 0 ? this.tail : block;
  }

  /** Results that nothing unread can come before, newest first. */
  private readyResults(bound: Position | null): Result[] {
    return [...this.found.values()]
      .filter((result) => bound === null || comparePositions(result, bound) >= 0)
      .toSorted((a, b) => comparePositions(b, a));
  }

  private isFull(bound: Position | null): boolean {
    return this.found.size > this.command.limit && this.readyResults(bound).length > this.command.limit;
  }

  private isSpent(): boolean {
    return this.messagesRead >= MAX_MESSAGES || this.textRead >= MAX_TEXT;
  }

  private readNext(bound: Position): Promise<void> {
    if (this.tail === bound) return this.readTail(bound);
    return this.blocks[0]!.places === null ? this.readSlices() : this.readCandidates();
  }

  private async findRooms(): Promise<void> {
    const { userId, from, before, roomId, role, terms } = this.command;
    if (roomId !== null || role !== null) return;
    const rooms = await this.database.run(ROOMS, { userId, from, ...before }, this.manager);
    for (const { id, name, at } of rooms)
      if (matchesAll(terms, fold(name))) this.found.set(id, { at, id, room: { id, name }, message: null });
  }

  private async listBlocks(): Promise<void> {
    const { before } = this.command;
    const rows = await this.database.run(BLOCKS, { ...this.command, at: before.at }, this.manager);
    this.blocks = rows.map((row) => {
      const newest = { at: row.newestAt + 1, id: ZERO_ID };
      return { row, bound: comparePositions(newest, before) < 0 ? newest : before, places: null };
    });
  }

  private async readTail(after: Position): Promise<void> {
    const limit = this.nextRead();
    const rows = await this.database.run(TAIL, { ...this.command, ...after, limit }, this.manager);
    for (const row of rows) if (row.id !== null) this.take(row);
    this.messagesRead += rows.length;
    const last = rows.at(-1);
    this.tail = last && rows.length === limit ? { at: last.at, id: last.id ?? last.tailId } : null;
  }

  /** Reads which messages of the next blocks may match, and closes the blocks without any. */
  private async readSlices(): Promise<void> {
    const next = this.blocks.filter(({ places }) => places === null).slice(0, this.batch);
    this.batch = Math.min(MOST_BLOCKS, this.batch * 4);
    const ids = next.map(({ row }) => row.id);
    const rows = await this.database.run(SLICES, { ids, grams: this.grams }, this.manager);
    this.messagesRead += next.length * MESSAGES_PER_BLOCK;
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const block of next) {
      const slices = byId.get(block.row.id);
      block.places = slices ? candidatesIn(slices.slices, slices.size) : [];
      if (block.places.length > 0 && block.row.newestAt >= this.command.before.at)
        block.places = await this.placesBefore(block);
    }
    this.closeBlocks();
  }

  /** A page begins inside of this block. */
  private async placesBefore({ row, places }: OpenBlock): Promise<number[]> {
    const stored = await this.database.one(MEMBERS, { id: row.id }, this.manager);
    const members = unpackMembers(stored!.members);
    return places!.filter((place) => comparePositions(members[place]!, this.command.before) < 0);
  }

  /** Reads the texts of the next candidates, in the order of the blocks; a following block may be read ahead. */
  private async readCandidates(): Promise<void> {
    let left = this.nextRead();
    const chosen: { block: OpenBlock; place: number }[] = [];
    for (const block of this.blocks) {
      if (block.places === null || left === 0) break;
      const places = block.places.splice(0, left);
      left -= places.length;
      for (const place of places) chosen.push({ block, place });
    }
    const rows = await this.database.run(
      CANDIDATES,
      {
        ...this.command,
        blocks: chosen.map(({ block }) => block.row.id),
        places: chosen.map(({ place }) => place),
      },
      this.manager,
    );
    this.messagesRead += chosen.length;
    for (const row of rows) {
      const { block } = chosen[row.nth - 1]!;
      const position = { at: row.at, id: row.id };
      if (comparePositions(position, block.bound) < 0) block.bound = position;
      this.take(row);
    }
    this.closeBlocks();
  }

  private take(row: FoundMessage): void {
    this.textRead += row.content.length;
    const { terms, from, before } = this.command;
    if (row.at < from || comparePositions(row, before) >= 0 || this.found.has(row.id)) return;
    if (!matchesAll(terms, fold(row.content))) return;
    const { id, at, roomId, roomName, seq, role, createdAt } = row;
    const message = { id, seq, role, createdAt, ...snippetOf(row.content, terms) };
    this.found.set(id, { at, id, room: { id: roomId, name: roomName }, message });
  }

  private closeBlocks(): void {
    this.blocks = this.blocks
      .filter(({ places }) => places === null || places.length > 0)
      .toSorted((a, b) => comparePositions(b.bound, a.bound));
  }

  /** Messages of the next statement: more each time, fewer where texts are long. */
  private nextRead(): number {
    const meanLength = this.textRead / Math.max(1, this.messagesRead);
    const most = Math.max(FIRST_READ, Math.floor(TEXT_OF_A_READ / Math.max(1, meanLength)));
    const now = Math.min(this.reads, most);
    this.reads = Math.min(LONGEST_READ, this.reads * 2);
    return now;
  }
}
