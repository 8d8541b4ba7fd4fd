import {
  ChatError,
  isExpired,
  NetworkError,
  type ChatClient,
  type Draft,
  type GiveFeedbackDto,
  type MessageDto,
  type ReplyUpdate,
  type UserEvent,
} from '@chat-backend/client';
import { Store } from '../../../ui/lib/store.js';
import type { News } from '../live/news.js';
import {
  emptyView,
  firstLive,
  shownMessages,
  withEarlier,
  withFeedback,
  withMessage,
  withNewest,
  withoutDraft,
  withoutFailed,
  withoutLive,
  withPending,
  withUpdate,
  type RoomView,
} from './room-view.js';
import { SeenMessages } from './seen-messages.js';

type Updates = AsyncGenerator<ReplyUpdate, MessageDto, undefined>;

export interface RoomHooks {
  /** A message was accepted or a reply ended: the room list and the quota have changed. */
  onChange: () => void;
  /** The server refuses a message or an edit: its text returns to where it was written. */
  onRefused: (draft: Draft, error: unknown) => void;
  onError: (error: unknown) => void;
  /** Resolves when there may be a connection again. */
  untilConnected: (signal: AbortSignal) => Promise<void>;
}

/** Messages of a page where one is looked for: the API gives no more. */
const LONGEST_PAGE = 100;

/** Interval of updates while text arrives: 25 a second look fluent and are few enough for a slow phone. */
const FRAME_MS = 40;

/** Reads a room, resumes its unsent messages, and follows its live replies until it is closed. */
export class RoomSession {
  readonly view = new Store<RoomView>(emptyView);
  private closing = new AbortController();
  /** Number of open streams. A live reply is followed only at zero: a browser opens six connections to one server. */
  private running = 0;
  /** Keys of drafts being sent. */
  private readonly delivering = new Set<string>();
  /** Replies of drafts that the server has accepted, by key. */
  private readonly taken = new Map<string, string>();
  /** Keys of drafts that the person discarded while they waited for the network. */
  private readonly discarded = new Set<string>();
  /** Messages that this page has sent: their events say nothing new. */
  private readonly own = new Set<string>();
  /** Replies whose streams are open. */
  private readonly reading = new Set<string>();
  private readonly seen = new SeenMessages();
  /** Accepted messages and ended replies: a page that was asked for before one of them is older than what is shown. */
  private changes = 0;
  /** The reads of the newest page begun so far, and the one that is shown. */
  private reads = 0;
  private shownRead = 0;
  /** Ended replies with their attempt: a page read before the end must not open their stream again. */
  private readonly ended = new Map<string, number>();

  constructor(
    private readonly chat: ChatClient,
    readonly roomId: string,
    private readonly hooks: RoomHooks,
  ) {}

  /** May be called again after {@link close}. */
  async open(): Promise<void> {
    if (this.closing.signal.aborted) this.closing = new AbortController();
    for (const draft of await this.chat.unfinished(this.roomId)) void this.deliver(draft, true);
    await this.readHistory();
  }

  /**
   * Loads the conversation until it shows a message; the branch of one that it has left is chosen first.
   * @returns false where the room has changed meanwhile
   */
  async reveal(messageId: string): Promise<boolean> {
    const isShown = () => this.view.get().messages.some(({ id }) => id === messageId);
    if (isShown()) return true;
    const message = await this.chat.message(this.roomId, messageId);
    if (message.active) await this.refresh();
    else await this.choose(messageId);
    while (!isShown() && this.view.get().cursor !== null && !this.closing.signal.aborted)
      await this.loadEarlier(LONGEST_PAGE);
    return isShown();
  }

  /** Reads the newest messages, however long the network is lost. */
  private async readHistory(): Promise<void> {
    const { signal } = this.closing;
    for (;;) {
      try {
        return await this.refresh();
      } catch (error) {
        if (!(error instanceof NetworkError) || signal.aborted) throw error;
        await this.hooks.untilConnected(signal);
      }
    }
  }

  close(): void {
    this.closing.abort();
  }

  /** Reads the messages again where an event names a change that the page does not show yet. */
  applyNews({ all, events }: News): void {
    if (all || events.some((event) => this.isNew(event))) void this.refresh().catch(() => undefined);
  }

  private isNew(event: UserEvent): boolean {
    switch (event.type) {
      case 'room':
        return event.id === this.roomId && event.change !== 'deleted';
      case 'message':
        return event.chatroom_id === this.roomId && !this.own.has(event.id);
      case 'reply':
        return event.chatroom_id === this.roomId && !this.reading.has(event.id) && !this.shows(event);
      case 'sync':
      case 'usage':
      case 'subscription':
      default:
        return false;
    }
  }

  /** True for a final reply that is shown in this state. */
  private shows({ id, status }: Pick<MessageDto, 'id' | 'status'>): boolean {
    const reply = shownMessages(this.view.get()).find((one) => one.id === id);
    return reply !== undefined && reply.completed_at !== null && reply.status === status;
  }

  /** Reads the newest messages of the active path again. */
  async refresh(): Promise<void> {
    const nth = (this.reads += 1);
    const { changes } = this;
    const { data, next_cursor } = await this.chat.messages(this.roomId, null, 'path');
    if (nth < this.shownRead) return;
    if (changes !== this.changes) return this.refresh();
    this.shownRead = nth;
    this.seen.add(...data);
    this.view.update((view) => withNewest(view, data, next_cursor));
    this.followLive();
  }

  async loadEarlier(limit?: number): Promise<void> {
    const { cursor } = this.view.get();
    const { data, next_cursor } = await this.chat.messages(this.roomId, cursor, 'path', limit);
    this.seen.add(...data);
    this.view.update((view) => withEarlier(view, data, next_cursor));
  }

  /** Goes on with the previous (-1) or the next (1) of the siblings of a message, here and on every device. */
  async step(message: MessageDto, by: -1 | 1): Promise<void> {
    const index = message.siblings.index + by;
    const sibling =
      this.seen.sibling(message, index) ?? (await this.chat.siblings(this.roomId, message))[index - 1];
    if (sibling) await this.choose(sibling.id);
  }

  private async choose(messageId: string): Promise<void> {
    await this.chat.choose(this.roomId, messageId);
    this.changes += 1;
    this.view.update(withoutFailed);
    await this.refresh();
  }

  /** @param editOf id of the message that it is another form of */
  async send(content: string, editOf?: string): Promise<void> {
    await this.deliver(await this.chat.draft(this.roomId, content, editOf), false);
  }

  /** Sends a kept draft again; one that has expired as a new message, because the person has seen that it was not sent. */
  async resend(draft: Draft): Promise<void> {
    if (!isExpired(draft)) return this.deliver(draft, false);
    await this.discard(draft);
    await this.send(draft.content, draft.editOf);
  }

  async discard(draft: Draft): Promise<void> {
    this.discarded.add(draft.key);
    await this.chat.discard(draft);
    this.view.update((view) => withoutDraft(view, draft));
  }

  stop(replyId: string): Promise<MessageDto> {
    return this.chat.stop(this.roomId, replyId);
  }

  retry(replyId: string): Promise<void> {
    const queued = { text: '', status: 'queued', attempt: 0, nextAttemptAt: null };
    this.view.update((view) => ({ ...view, live: { ...view.live, [replyId]: queued } }));
    return this.again(replyId, () => this.chat.retry(this.roomId, replyId, this.closing.signal));
  }

  regenerate(replyId: string): Promise<void> {
    return this.again(replyId, () => this.chat.regenerate(this.roomId, replyId, this.closing.signal));
  }

  /** Replaces the feedback on a reply; null removes it. */
  async rate(replyId: string, feedback: GiveFeedbackDto | null): Promise<void> {
    if (feedback) {
      const reply = await this.chat.giveFeedback(this.roomId, replyId, feedback);
      this.view.update((view) => withMessage(view, reply));
      return;
    }
    await this.chat.removeFeedback(this.roomId, replyId);
    this.view.update((view) => withFeedback(view, replyId, null));
  }

  private async deliver(draft: Draft, isResumed: boolean): Promise<void> {
    if (this.delivering.has(draft.key)) return;
    this.delivering.add(draft.key);
    await this.deliverOnce(draft, isResumed).finally(() => this.delivering.delete(draft.key));
  }

  private async deliverOnce(draft: Draft, isResumed: boolean): Promise<void> {
    const { signal } = this.closing;
    for (;;) {
      this.showPending(draft, 'sending', null, isResumed);
      try {
        await this.read(() => this.chat.resend(draft, signal), draft);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof NetworkError) {
          this.showPending(draft, 'waiting', null, false);
          await this.hooks.untilConnected(signal).catch(() => undefined);
          if (this.discarded.has(draft.key)) return;
        } else if (this.taken.has(draft.key)) {
          // The message is in the room: its reply is shown as the history has it.
          this.view.update((view) => withoutLive(view, this.taken.get(draft.key)!));
          await this.refresh().catch(this.hooks.onError);
          return;
        } else if ((await this.chat.unfinished(this.roomId)).some(({ key }) => key === draft.key)) {
          this.showPending(draft, 'failed', error, false);
          return;
        } else {
          this.view.update((view) => withoutDraft(view, draft));
          this.hooks.onRefused(draft, error);
          return;
        }
      }
    }
  }

  /** An accepted message is no longer pending. */
  private showPending(
    draft: Draft,
    state: 'sending' | 'waiting' | 'failed',
    error: unknown,
    isResumed: boolean,
  ) {
    this.view.update((view) =>
      this.taken.has(draft.key) ? view : withPending(view, { draft, state, error, isResumed }),
    );
  }

  /** Retry and regenerate are not repeated after an error: the server may have accepted them. The history shows it. */
  private async again(replyId: string, start: () => Updates): Promise<void> {
    try {
      await this.read(start);
    } catch (error) {
      if (this.closing.signal.aborted) return;
      this.view.update((view) => withoutLive(view, replyId));
      this.ended.delete(replyId);
      this.hooks.onError(error);
      await this.refresh().catch(() => undefined);
    }
  }

  /** Follows the first live reply if no stream is open. */
  private followLive(): void {
    const reply = firstLive(this.view.get(), this.ended);
    if (!reply || this.running > 0 || this.closing.signal.aborted) return;
    void this.follow(reply.id);
  }

  private async follow(replyId: string): Promise<void> {
    const { signal } = this.closing;
    try {
      await this.read(() => this.chat.follow(this.roomId, replyId, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof NetworkError) {
        await this.hooks.untilConnected(signal).catch(() => undefined);
        return this.follow(replyId);
      }
      this.view.update((view) => withoutLive(view, replyId));
      if (!(error instanceof ChatError)) this.hooks.onError(error);
    }
  }

  /** @param knownReplyId id of the reply, if an earlier update of the stream had it */
  private note({ message, replyId, reply }: ReplyUpdate, knownReplyId: string | null): void {
    if (replyId !== null) this.reading.add(replyId);
    if (message) {
      this.own.add(message.id);
      this.seen.add(message);
    }
    if (reply) {
      this.ended.set(reply.id, reply.attempt);
      this.seen.add(reply);
    }
    if (reply || replyId !== knownReplyId) this.changes += 1;
  }

  /** Reads a stream to its end. Updates within FRAME_MS are applied together. */
  private async read(start: () => Updates, draft?: Draft): Promise<void> {
    let latest: ReplyUpdate | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: Pick<ReplyUpdate, 'status' | 'replyId'> = { status: '', replyId: null };
    const show = () => {
      clearTimeout(timer);
      timer = undefined;
      const update = latest;
      if (!update || this.closing.signal.aborted) return;
      latest = null;
      if (update.message && update.replyId !== null && draft) this.taken.set(draft.key, update.replyId);
      this.note(update, shown.replyId);
      this.view.update((view) => withUpdate(view, update, draft));
      if (update.replyId !== shown.replyId && draft) this.hooks.onChange();
      shown = update;
    };
    this.running += 1;
    try {
      for await (const update of start()) {
        latest = update;
        if (update.reply || update.status !== shown.status || update.replyId !== shown.replyId) show();
        else timer ??= setTimeout(show, FRAME_MS);
      }
    } finally {
      show();
      this.running -= 1;
      if (shown.replyId !== null) this.reading.delete(shown.replyId);
    }
    this.hooks.onChange();
    // Reads the path and the siblings again, and follows the next live reply.
    await this.refresh().catch(() => undefined);
  }
}
