import { Agent, request, type IncomingMessage } from 'node:http';
import { machineMs } from '../lab/clock.js';
import { questionOf, stampsIn, type ModelScript, type Stamp } from './model-script.js';
import type { Seat } from './site.js';

/** A client keeps its connections, as many as it needs. */
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

/** A received piece. */
export interface Arrival extends Stamp {
  arrivedAt: number;
}

/** A message sent with `Accept: text/event-stream`, and its reply. All moments in {@link machineMs}. */
export interface Exchange {
  askedAt: number;
  /** Id of the message, from the stream's first event. */
  messageId: string | null;
  replyId: string | null;
  /** The reply's first piece; null before it arrives. */
  first: Arrival | null;
  /** True if the stream came to its `done` with this status. */
  endedAs: string | null;
}

export interface AskOptions {
  /** Called with every piece. */
  onPiece?: (piece: Arrival, exchange: Exchange) => void;
  /** Called when the stream is open. */
  onOpen?: () => void;
  signal?: AbortSignal;
}

/** Sends a message, and reads until the stream ends in any way. */
export async function ask(
  url: string,
  seat: Seat,
  script: ModelScript,
  options: AskOptions = {},
): Promise<Exchange> {
  const exchange: Exchange = {
    askedAt: machineMs(),
    messageId: null,
    replyId: null,
    first: null,
    endedAs: null,
  };
  try {
    const response = await post(`${url}/chatroom/${seat.room}/message`, seat.token, {
      accept: 'text/event-stream',
      body: JSON.stringify({ content: questionOf(script) }),
      signal: options.signal,
    });
    options.onOpen?.();
    await read(response, exchange, options.onPiece);
  } catch {
    // An incomplete stream is counted as a failure.
  }
  return exchange;
}

/** Time until a stop is answered, in milliseconds; null unless the response is a stopped reply. */
export async function stop(url: string, { room, token }: Seat, replyId: string): Promise<number | null> {
  const begun = machineMs();
  const response = await post(`${url}/chatroom/${room}/messages/${replyId}/stop`, token, { body: '{}' });
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) text += chunk;
  const took = machineMs() - begun;
  return (JSON.parse(text) as { status: string }).status === 'stopped' ? took : null;
}

async function read(
  response: IncomingMessage,
  exchange: Exchange,
  onPiece?: AskOptions['onPiece'],
): Promise<void> {
  let rest = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    const arrivedAt = machineMs();
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) take(block, arrivedAt, exchange, onPiece);
  }
}

function take(block: string, arrivedAt: number, exchange: Exchange, onPiece?: AskOptions['onPiece']): void {
  const event = /^event: (\w+)\ndata: /m.exec(block);
  if (!event) return;
  const data = block.slice(event.index + event[0].length);
  if (event[1] === 'delta')
    for (const stamp of stampsIn(data)) {
      const piece = { ...stamp, arrivedAt };
      exchange.first ??= piece;
      onPiece?.(piece, exchange);
    }
  if (event[1] === 'accepted') {
    const { message, reply } = JSON.parse(data) as Record<'message' | 'reply', { id: string }>;
    Object.assign(exchange, { messageId: message.id, replyId: reply.id });
  }
  if (event[1] === 'done') exchange.endedAs = (JSON.parse(data) as { status: string }).status;
}

function post(
  url: string,
  token: string,
  { body, accept, signal }: { body: string; accept?: string; signal?: AbortSignal },
): Promise<IncomingMessage> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...(accept !== undefined && { accept }),
  };
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers, signal }, (response) => {
      if (response.statusCode === 200) return resolve(response);
      response.resume();
      reject(new Error(`${url} answered ${response.statusCode}`));
    });
    asked.once('error', reject).end(body);
  });
}
