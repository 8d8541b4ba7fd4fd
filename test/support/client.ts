import { expectDescribed } from './openapi.js';

/** The response to an HTTP call: status, headers and the parsed body. */
export interface Answer<T = never> {
  status: number;
  headers: Headers;
  // Tests look into bodies of every shape; the OpenAPI check of every answer is what types them.
  // oxlint-disable-next-line typescript/no-explicit-any -- because of the line above
  body: [T] extends [never] ? any : T;
  text: string;
}

export interface Call {
  body?: unknown;
  /** Sent unchanged, instead of `body`. */
  raw?: string;
  headers?: Record<string, string>;
  token?: string;
  /** The response is not checked against openapi.json: for aliases and pages, which are not in it. */
  undocumented?: true;
  /** Only the first event of an event stream is read, because the reply may never end. */
  firstEvent?: boolean;
}

/** An HTTP client of the product over real sockets. openapi.json must describe every response. */
export class Client {
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  /** The same client, signed in. */
  as(token: string): Client {
    return new Client(this.url, token);
  }

  get = (path: string, call: Call = {}) => this.request('GET', path, call);
  post = (path: string, body?: unknown, call: Call = {}) => this.request('POST', path, { ...call, body });
  put = (path: string, body?: unknown, call: Call = {}) => this.request('PUT', path, { ...call, body });
  patch = (path: string, body?: unknown, call: Call = {}) => this.request('PATCH', path, { ...call, body });
  delete = (path: string, call: Call = {}) => this.request('DELETE', path, call);

  async request(method: string, path: string, call: Call = {}): Promise<Answer> {
    const token = call.token ?? this.token;
    const payload = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      body: payload,
    });
    const text = call.firstEvent ? await firstEvent(response) : await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    const { status, headers: answered } = response;
    const answer = { status, headers: answered, body: json && text ? JSON.parse(text) : undefined, text };
    if (!call.undocumented) expectDescribed({ method, path, ...answer });
    return answer;
  }
}

/** Reads an event stream to the end of its first event and closes the connection; any other body is read completely. */
async function firstEvent(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body!) {
    text += decoder.decode(chunk, { stream: true });
    if (/^data: .*\n\n/m.test(text)) break;
  }
  return text;
}
