import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { toResponse, toSandboxRequest } from '@chat-backend/gemini-sandbox';
import { machineMs } from '../lab/clock.js';
import { pieceOf, scriptOf } from './model-script.js';

/**
 * The model, in a process of its own: it speaks Gemini's wire in the sandbox's words, and each piece of its answers says
 * when it was written. The sandbox itself would cost more processor than what is measured leaves it at 10,000 pieces a
 * second, and it knows its pieces before it writes them.
 */
const server = createServer((request, response) => {
  const calledAt = machineMs();
  answer(request, response, calledAt).catch((error: Error) => response.destroy(error));
});

async function answer(request: IncomingMessage, response: ServerResponse, calledAt: number): Promise<void> {
  const script = scriptOf(toSandboxRequest(await json(request)).lastUserText);
  const head = { model: 'gemini-flash-latest', responseId: `bench-${calledAt}`, promptTokens: 20 };
  let left = script.chunks;
  let timer: NodeJS.Timeout | undefined = undefined;
  response.once('close', () => clearTimeout(timer));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const write = (): void => {
    left -= 1;
    const finishReason = left > 0 ? undefined : 'STOP';
    const usage = { candidatesTokens: script.chunks - left, thoughtTokens: 0, replaced: {} };
    const data = JSON.stringify(toResponse(head, { text: pieceOf(calledAt), finishReason, usage }));
    response.write(`data: ${data}\r\n\r\n`);
    if (left > 0) return;
    clearTimeout(timer);
    response.end();
  };
  /** Each piece in an event-loop turn of its own: they are separate writes, as a real model's are. */
  const writeAtOnce = (): void => {
    write();
    if (left > 0) setImmediate(writeAtOnce);
  };
  timer = setTimeout(() => {
    if (script.chunkDelayMs === 0) return writeAtOnce();
    timer = setInterval(write, script.chunkDelayMs);
    write();
  }, script.firstDelayMs);
}

process.once('SIGTERM', () => process.exit(0));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ listening: `http://127.0.0.1:${port}` });
});
