import { EventSourceParserStream } from 'eventsource-parser/stream';

/** What a generated client has to do: sign in, send, read the history, send and read along, follow the same reply. */
export type Tour = (url: string, mobileNumber: string) => Promise<Seen>;

/** What it has seen on the way. */
export interface Seen {
  /** The text of the first reply, which was waited for. */
  answer: string;
  /** Texts of the room, newest first. */
  history: string[];
  sent: Streamed;
  followed: Streamed;
}

/** What a stream held. */
export interface Streamed {
  types: string[];
  /** Put together from its deltas. */
  text: string;
  replyId: string;
  /** The whole message, as the last event has it. */
  final: string;
}

/** The events of a stream, for clients that hand out its bytes. */
export async function* eventsOf<T>(body: ReadableStream<Uint8Array> | null): AsyncGenerator<T, void> {
  if (!body) throw new Error('there is no stream');
  const text = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>);
  for await (const { data } of text.pipeThrough(new EventSourceParserStream())) yield JSON.parse(data) as T;
}

/** @throws Error when it is nothing: what a generated type leaves open, the product always answers */
export function given<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`no ${what}`);
  return value;
}

export const FIRST = { content: 'Why is the sky blue?' };
export const SECOND = { content: 'And why is the sunset red?' };
