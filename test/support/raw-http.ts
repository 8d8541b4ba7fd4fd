import { connect } from 'node:net';

/** A response as received. */
export interface RawAnswer {
  status: number;
  headers: Map<string, string>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  body: any;
}

/** Sends bytes that no HTTP client would send, and reads until the server closes. */
export const sendRaw = (url: string, bytes: string): Promise<RawAnswer> => openRaw(url, bytes).answer;

/** Sends a part of a request; the test sends the rest. */
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
    // The server may reset the connection after its response; the bytes read so far count.
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
