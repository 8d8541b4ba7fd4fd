// Asks one question and prints the answer while it is written: node bot.js <url> <number> <question>
import { stdout, stderr } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { ChatClient, DailyLimitError } from '@chat-backend/client';

const [url, number, question] = process.argv.slice(2);
const chat = new ChatClient({ url });

const sent = await chat.sendCode(number);
const askCode = () =>
  createInterface({ input: process.stdin, output: stderr }).question('The code from the SMS: ');
await chat.verifyCode(number, sent, sent.otp ?? (await askCode()));

const room = await chat.createRoom();
let shown = '';
try {
  for await (const { text, reply } of chat.send(room.id, question)) {
    // The text restarts when another attempt makes it.
    if (!text.startsWith(shown)) stdout.write('\n');
    stdout.write(text.startsWith(shown) ? text.slice(shown.length) : text);
    shown = text;
    if (reply?.error) stderr.write(`${reply.error.detail}\n`);
  }
  stdout.write('\n');
} catch (error) {
  if (!(error instanceof DailyLimitError)) throw error;
  stderr.write(`No messages are left until ${error.resetsAt.toLocaleString()}.\n`);
  process.exitCode = 1;
}
