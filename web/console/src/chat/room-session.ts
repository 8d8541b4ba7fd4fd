import {
  ChatError,
  isExpired,
  NetworkError,
  type ChatClient,
  type Draft,
  type GiveFeedbackDto,
  type MessageDto,
  type ReplyUpdate,
} from '@chat-backend/client';
import { Store } from '../../../ui/lib/store.js';
import {
  emptyView,
  firstLive,
  withFeedback,
  withMessages,
  withoutDraft,
  withoutLive,
  withPending,
  withUpdate,
  type RoomView,
} from './room-view.js';

type Updates = AsyncGenerator<ReplyUpdate, MessageDto, undefined>;

export interface RoomHooks {
  /** A message was accepted or a reply ended: the room list and the quota have changed. */
  onChange: () => void;
  /** The server refuses a message: its text returns to the composer. */
  onRefused: (content: string, error: unknown) => void;
  onError: (error: unknown) => void;
  /** Resolves when there may be a connection again. */
  untilConnected: (signal: AbortSignal) => Promise<void>;
}

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

  /** Reads the newest messages again. */
  async refresh(): Promise<void> {
    const { data, next_cursor } = await this.chat.messages(this.roomId);
    this.view.update((view) => ({
      ...withMessages(view, data),
      isLoaded: true,
      cursor: view.isLoaded ? view.cursor : next_cursor,
    }));
    this.followLive();
  }

  async loadEarlier(): Promise<void> {
    const { data, next_cursor } = await this.chat.messages(this.roomId, this.view.get().cursor);
    this.view.update((view) => ({ ...withMessages(view, data), cursor: next_cursor }));
  }

  async send(content: string): Promise<void> {
    await this.deliver(await this.chat.draft(this.roomId, content), false);
  }

  /** Sends a kept draft again; one that has expired as a new message, because the person has seen that it was not sent. */
  async resend(draft: Draft): Promise<void> {
    if (!isExpired(draft)) return this.deliver(draft, false);
    await this.discard(draft);
    await this.send(draft.content);
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
      this.view.update((view) => withMessages(view, [reply]));
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
          this.hooks.onRefused(draft.content, error);
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
      if (update.reply) this.ended.set(update.reply.id, update.reply.attempt);
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
    }
    this.hooks.onChange();
    // Reads `active` of the siblings again, and follows the next live reply.
    await this.refresh().catch(() => undefined);
  }
}
