import { ChatClient } from '@chat-backend/client';
import * as ai7 from 'ai';
import * as ai5 from 'ai5';
import * as ai6 from 'ai6';
import { resolve } from 'node:path';
import { startProduct } from '../../generators/clients/product.js';
import { botTour, plainTour, reactTour } from './examples.js';
import { sdkTour } from './sdk-tour.js';

// Runs each version of the SDK and each example against the product. "N passed, N failed" is the last line.
const root = resolve(import.meta.dirname, '../../..');
const product = await startProduct(root);
const say = (line: string) => process.stdout.write(`${line}\n`);
const newNumber = () => `+9198${Math.random().toFixed(8).slice(2)}`;

/** A new user: five messages a day are few. */
async function newPerson(): Promise<ChatClient> {
  const chat = new ChatClient({ url: product.url });
  const number = newNumber();
  const sent = await chat.sendCode(number);
  await chat.verifyCode(number, sent, sent.otp!);
  return chat;
}

const tours: Record<string, () => Promise<unknown>> = {};
for (const [version, sdk] of [
  [5, ai5],
  [6, ai6],
  [7, ai7],
] as const)
  for (const own of [true, false])
    tours[`ai ${version}, ${own ? 'ChatTransport' : 'DefaultChatTransport'}`] = async () =>
      sdkTour(sdk as never, version, await newPerson(), own, product.url);
tours['examples/node-bot'] = () => botTour(root, product.url, newNumber());
tours['examples/plain, in Chromium'] = () => plainTour(root, product.url, newNumber());
tours['examples/react, useChat in Chromium'] = () => reactTour(root, product.url, newNumber());

let failed = 0;
for (const [name, tour] of Object.entries(tours)) {
  if (process.argv[2] !== undefined && !name.includes(process.argv[2])) continue;
  try {
    await tour();
    say(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    say(`FAILED  ${name}: ${(error as Error).stack}`);
  }
}
await product.stop();
say(`${Object.keys(tours).length - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
