import type {
  ChatroomDto,
  ChatroomPage,
  CodeSentDto,
  CreateChatroomDto,
  DoneEvent,
  GiveFeedbackDto,
  MessageDto,
  MessagePage,
  SearchResultPage,
  SentDto,
  StreamEvent,
  UpdateChatroomDto,
  UsageDto,
  UserDto,
  UserEvent,
  VerifiedDto,
} from './api.types.js';
import { Drafts, isExpired, type Draft } from './drafts.js';
import { ChatError, ExpiredDraftError, SignedOutError } from './errors.js';
import { newKey } from './key.js';
import { replyEvents } from './reply-events.js';
import { MemoryStore, type KeyValueStore } from './store.js';
import { Transport, type Call } from './transport.js';

export interface ChatClientOptions {
  /** Of the API, without a slash at its end. */
  url: string;
  /** Keeps tokens and unfinished sends; without a store they are lost with the process. `localStorage` can be used. */
  store?: KeyValueStore;
  /** A fetch whose responses have a body; in React Native that of `expo/fetch`. */
  fetch?: typeof fetch;
  /** Called when the session has ended for any reason: show the sign-in. */
  onSignedOut?: () => void;
}

/** The current state of a reply. `text` is the complete text: show it in place of the previous one. */
export interface ReplyUpdate {
  text: string;
  status: string;
  attempt: number;
  nextAttemptAt: string | null;
  /** The sent message; null for a reply of an earlier send. */
  message: MessageDto | null;
  /** Id of the reply, once the server has sent it. */
  replyId: string | null;
  /** The whole reply, once it is final; with it the iterator ends. */
  reply: MessageDto | null;
}

type Updates = AsyncGenerator<ReplyUpdate, MessageDto, undefined>;

/** The actions of a user of the API. Requests are repeated, tokens refreshed and streams resumed automatically. */
export class ChatClient {
  /** Sends any request of openapi.json. */
  readonly transport: Transport;
  private readonly drafts: Drafts;

  constructor({ url, store = new MemoryStore(), fetch = globalThis.fetch, onSignedOut }: ChatClientOptions) {
    this.transport = new Transport({
      url,
      store,
      // A browser's fetch wants to be called on its window.
      fetch: (...request) => fetch(...request),
      onSignedOut: () => onSignedOut?.(),
    });
    this.drafts = new Drafts(store, () => this.transport.session.userId());
  }

  /** Sends a code to a number. With a sandbox the answer has it as `otp`. */
  sendCode(mobileNumber: string): Promise<CodeSentDto> {
    return this.post('/auth/send-otp', { mobile_number: mobileNumber });
  }

  /** Signs in with the code of a {@link sendCode}. */
  async verifyCode(
    mobileNumber: string,
    sent: Pick<CodeSentDto, 'challenge_id'>,
    code: string,
  ): Promise<UserDto> {
    const { challenge_id } = sent;
    const body = { mobile_number: mobileNumber, challenge_id, otp: code };
    const verified = await this.post<VerifiedDto>('/auth/verify-otp', body);
    await this.transport.session.keep(verified);
    await this.drafts.claim();
    return verified.user;
  }

  async isSignedIn(): Promise<boolean> {
    return (await this.transport.session.tokens()) !== null;
  }

  /** Id of the signed-in user, without a request. */
  userId(): Promise<string | null> {
    return this.transport.session.userId();
  }

  /** Ends the session, here and at the server, and removes the unfinished sends. */
  async signOut(): Promise<void> {
    await this.drafts.forget();
    const tokens = await this.transport.session.tokens();
    if (!tokens) return;
    try {
      await this.post('/auth/logout', { refresh_token: tokens.refresh_token });
    } finally {
      await this.transport.session.end();
    }
  }

  me(): Promise<UserDto> {
    return this.get('/user/me');
  }

  usage(): Promise<UsageDto> {
    return this.get('/user/usage');
  }

  /**
   * What changes in the account, over any number of connections, until the signal aborts. After `sync` read everything
   * that is shown: it comes first, and whenever events may have been lost.
   */
  async *events(signal?: AbortSignal): AsyncGenerator<UserEvent, void, undefined> {
    const call = { method: 'GET', path: '/user/events', ...(signal && { signal }) };
    for await (const came of replyEvents(this.transport, call, '', () => false))
      if (came !== 'cut') yield JSON.parse(came.data) as UserEvent;
  }

  rooms(cursor?: string | null): Promise<ChatroomPage> {
    return this.get(`/chatroom${cursor ? `?${cursorOf(cursor)}` : ''}`);
  }

  createRoom(room: Partial<CreateChatroomDto> = {}, key = newKey()): Promise<ChatroomDto> {
    return this.call({ method: 'POST', path: '/chatroom', body: room, key });
  }

  updateRoom(roomId: string, change: Partial<UpdateChatroomDto>): Promise<ChatroomDto> {
    return this.call({ method: 'PATCH', path: `/chatroom/${roomId}`, body: change });
  }

  deleteRoom(roomId: string): Promise<void> {
    return this.call({ method: 'DELETE', path: `/chatroom/${roomId}` });
  }

  /** A room as the text of a file. @param view `path`: the conversation; `all`: every message */
  exportRoom(roomId: string, format: 'md' | 'json' = 'md', view: 'path' | 'all' = 'path'): Promise<string> {
    return this.transport.text({
      method: 'GET',
      path: `/chatroom/${roomId}/export?format=${format}&view=${view}`,
    });
  }

  /** Rooms and messages with every word of `query`, newest first. @param filters `role`, `chatroom_id`, `from`, `to` */
  search(
    query: string,
    filters: Partial<Record<'chatroom_id' | 'role' | 'from' | 'to', string>> = {},
    cursor?: string | null,
    signal?: AbortSignal,
  ): Promise<SearchResultPage> {
    const parameters = new URLSearchParams({ q: query, ...filters, ...(cursor && { cursor }) });
    return this.call({
      method: 'GET',
      path: `/search?${parameters.toString()}`,
      ...(signal && { signal }),
    });
  }

  /** The messages of a room, newest first. @param view `all`: every branch; `path`: the conversation as it goes on */
  messages(
    roomId: string,
    cursor?: string | null,
    view: 'all' | 'path' = 'all',
    limit?: number,
  ): Promise<MessagePage> {
    const page = `${cursor ? `&${cursorOf(cursor)}` : ''}${limit === undefined ? '' : `&limit=${limit}`}`;
    return this.get(`/chatroom/${roomId}/messages?view=${view}${page}`);
  }

  message(roomId: string, messageId: string): Promise<MessageDto> {
    return this.get(`/chatroom/${roomId}/messages/${messageId}`);
  }

  /**
   * Sends a message and yields its reply as it is written. The message is sent once, however often the connection breaks.
   * Until its reply is final it is kept in the store: {@link unfinished} finds it after a reload.
   */
  async *send(roomId: string, content: string, signal?: AbortSignal): Updates {
    return yield* this.resend(await this.draft(roomId, content), signal);
  }

  /**
   * Keeps a message in the store without sending it; {@link resend} sends it.
   * @param editOf id of the message that it is another form of
   */
  draft(roomId: string, content: string, editOf?: string): Promise<Draft> {
    return this.drafts.add(roomId, content, editOf);
  }

  /** Removes a message that the user no longer wants to send. If it has arrived, it stays in the room. */
  discard(draft: Draft): Promise<void> {
    return this.drafts.remove(draft);
  }

  /** The sends whose replies were not read to their end. */
  unfinished(roomId: string): Promise<Draft[]> {
    return this.drafts.of(roomId);
  }

  /**
   * Continues a send of {@link unfinished}: the message is sent if it had not arrived.
   * @throws ExpiredDraftError for a message that is a day old and may have arrived
   */
  async *resend(draft: Draft, signal?: AbortSignal): Updates {
    const kept = (await this.drafts.find(draft)) ?? draft;
    if (isExpired(kept)) throw new ExpiredDraftError('This message is a day old, and may have been sent.');
    try {
      const { roomId, content, key, replyId, editOf } = kept;
      const path =
        editOf === undefined
          ? `/chatroom/${roomId}/message/stream`
          : `/chatroom/${roomId}/messages/${editOf}/edit`;
      const send: Call = { method: 'POST', path, body: { content }, key, ...(signal && { signal }) };
      const reply = yield* replyId === undefined
        ? this.updates(send, null, (id) => this.drafts.accept(kept, id))
        : this.follow(roomId, replyId, signal);
      await this.drafts.remove(draft);
      return reply;
    } catch (error) {
      // The server refused the message and stored nothing: the user decides about another attempt.
      if (isRefusal(error)) await this.drafts.remove(draft);
      throw error;
    }
  }

  /** Follows a reply from its start to its end. */
  follow(roomId: string, replyId: string, signal?: AbortSignal): Updates {
    const path = `/chatroom/${roomId}/messages/${replyId}/stream`;
    return this.updates({ method: 'GET', path, ...(signal && { signal }) }, replyId);
  }

  /** Follows the live reply of a room; null without one. */
  async followRoom(roomId: string, signal?: AbortSignal): Promise<Updates | null> {
    const updates = this.updates({
      method: 'GET',
      path: `/chatroom/${roomId}/stream`,
      ...(signal && { signal }),
    });
    try {
      return startedWith(await updates.next(), updates);
    } catch (error) {
      if (error instanceof NoReply) return null;
      throw error;
    }
  }

  /** Stops a reply; its text so far stays. */
  stop(roomId: string, replyId: string): Promise<MessageDto> {
    return this.call({ method: 'POST', path: `/chatroom/${roomId}/messages/${replyId}/stop`, key: newKey() });
  }

  /** Replaces the feedback on a reply. */
  giveFeedback(roomId: string, replyId: string, feedback: GiveFeedbackDto): Promise<MessageDto> {
    return this.call({
      method: 'PUT',
      path: `/chatroom/${roomId}/messages/${replyId}/feedback`,
      body: feedback,
    });
  }

  removeFeedback(roomId: string, replyId: string): Promise<void> {
    return this.call({ method: 'DELETE', path: `/chatroom/${roomId}/messages/${replyId}/feedback` });
  }

  /** Retries a failed reply in place. */
  retry(roomId: string, replyId: string, signal?: AbortSignal): Updates {
    return this.again('retry', roomId, replyId, signal);
  }

  /** Requests another reply to the same message. */
  regenerate(roomId: string, replyId: string, signal?: AbortSignal): Updates {
    return this.again('regenerate', roomId, replyId, signal);
  }

  /**
   * Stores another form of a user's message, a sibling, and yields its reply: the conversation goes on from there. As a
   * {@link send} it is stored once, and kept until its reply is final.
   */
  async *edit(roomId: string, messageId: string, content: string, signal?: AbortSignal): Updates {
    return yield* this.resend(await this.draft(roomId, content, messageId), signal);
  }

  /**
   * The messages with the same parent and role, this one included, oldest first: the forms of an edited message, or the
   * replies to one message. Costs one request for each 100 messages that were accepted after the parent; those of a first
   * message are found from the newest message backwards.
   */
  async siblings(
    roomId: string,
    { parent_id, role, siblings }: Pick<MessageDto, 'parent_id' | 'role' | 'siblings'>,
  ): Promise<MessageDto[]> {
    const found: MessageDto[] = [];
    const after = parent_id === null ? '' : `&after=${parent_id}`;
    let cursor: string | null = null;
    do {
      const page: MessagePage = await this.get(
        `/chatroom/${roomId}/messages?limit=100${after}${cursor ? `&${cursorOf(cursor)}` : ''}`,
      );
      found.push(...page.data.filter((one) => one.parent_id === parent_id && one.role === role));
      cursor = page.next_cursor;
    } while (cursor !== null && found.length < siblings.count);
    return found.sort((one, other) => one.seq - other.seq);
  }

  /** Chooses a branch: the conversation goes on from the newest message below the given one. */
  choose(roomId: string, messageId: string): Promise<ChatroomDto> {
    return this.call({ method: 'PUT', path: `/chatroom/${roomId}/active`, body: { message_id: messageId } });
  }

  get<T>(path: string): Promise<T> {
    return this.call({ method: 'GET', path });
  }

  /** @param key makes a repeat safe; without a key a lost response is an error */
  post<T>(path: string, body: object = {}, key?: string): Promise<T> {
    return this.call({ method: 'POST', path, body, ...(key !== undefined && { key }) });
  }

  call<T>(call: Call): Promise<T> {
    return this.transport.json(call);
  }

  private again(
    what: 'retry' | 'regenerate',
    roomId: string,
    replyId: string,
    signal?: AbortSignal,
  ): Updates {
    const path = `/chatroom/${roomId}/messages/${replyId}/${what}`;
    return this.updates({ method: 'POST', path, body: {}, key: newKey(), ...(signal && { signal }) });
  }

  /** @param onReply called when the reply's id becomes known */
  private async *updates(
    call: Call,
    replyId: string | null = null,
    onReply?: (replyId: string) => Promise<void>,
  ): Updates {
    let now: ReplyUpdate = {
      text: '',
      status: 'queued',
      attempt: 0,
      nextAttemptAt: null,
      message: null,
      replyId,
      reply: null,
    };
    for await (const came of replyEvents(this.transport, call, '', isDone)) {
      if (came === 'cut') continue;
      const next = applied(now, JSON.parse(came.data) as StreamEvent);
      if (!next) continue;
      if (now.replyId === null && next.replyId !== null) await onReply?.(next.replyId);
      yield (now = next);
      if (now.reply) return now.reply;
    }
    throw new NoReply('The stream ended before its reply.');
  }
}

/** Thrown for a stream without an event: the room has no live reply. */
class NoReply extends Error {}

/** Yields the first update, which was read already, and then the rest. */
async function* startedWith(first: IteratorResult<ReplyUpdate, MessageDto>, rest: Updates): Updates {
  if (first.done) return first.value;
  yield first.value;
  return yield* rest;
}

/** True for the last event: the data of every event begins with its `type`. */
const isDone = (data: string): boolean => data.startsWith('{"type":"done"');

/** Applies an event to a reply; null if it changes nothing. */
function applied(now: ReplyUpdate, event: StreamEvent): ReplyUpdate | null {
  switch (event.type) {
    case 'accepted':
      return { ...now, ...acceptedOf(event) };
    case 'status':
      return { ...now, status: event.status, attempt: event.attempt, nextAttemptAt: event.next_attempt_at };
    case 'reset':
      return now.text === '' ? null : { ...now, text: '' };
    case 'delta':
      return { ...now, text: now.text + event.text };
    case 'done':
      return finalOf(now, event);
    // Events of later versions.
    default:
      return null;
  }
}

const acceptedOf = ({ message, reply }: SentDto) => ({ message, replyId: reply.id });

function finalOf(now: ReplyUpdate, event: DoneEvent): ReplyUpdate {
  const { type: _, ...reply } = event;
  const { content: text, status, attempt, id: replyId } = reply;
  return { ...now, text, status, attempt, nextAttemptAt: null, replyId, reply };
}

const cursorOf = (cursor: string): string => `cursor=${encodeURIComponent(cursor)}`;

/** True for a refusal that a repeat of the message would get again. */
const isRefusal = (error: unknown): boolean =>
  error instanceof ChatError &&
  error.status >= 400 &&
  error.status < 500 &&
  !(error instanceof SignedOutError);
