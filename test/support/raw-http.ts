import { connect } from 'node:net';

/** An answer as it came over the wire. */
export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  body: any;
}

/** Sends these bytes as they are, which no HTTP client would, and reads until the server closes. */
export const sendRaw = (url: string, bytes: string): Promise<RawAnswer> => openRaw(url, bytes).answer;

/** Sends a part of a request; the rest comes when the test wants it. */
export function openRaw(
  url: string,
  bytes: string,
): { send: (bytes: string) => void; answer: Promise<RawAnswer> } {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  const answer = new Promise<RawAnswer>((resolve, reject) => {
    let text = '';
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    // A reset after the answer is the server's right; what was read counts.
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(parse(text))));
    socket.on('close', () => resolve(parse(text)));
  });
  return { send: (more) => void socket.write(more), answer };
}

function parse(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [status = '', ...lines] = head.split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const body = rest.join('\r\n\r\n');
  const isJson = headers.get('content-type')?.includes('json') && body !== '';
  return { status: Number(status.split(' ')[1]), headers, body: isJson ? JSON.parse(body) : body };
}
