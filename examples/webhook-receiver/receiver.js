// Receives the product's events: EVENTS_WEBHOOK_SECRET=whsec_… node receiver.js <port>
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook(process.env.EVENTS_WEBHOOK_SECRET);
const seen = new Set(); // in a real app: a unique key in your database

const server = createServer(async (request, response) => {
  try {
    const { type, data } = webhook.verify(await text(request), request.headers);
    const id = request.headers['webhook-id'];
    if (!seen.has(id)) console.log(type, JSON.stringify(data));
    seen.add(id);
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
});
server.listen(Number(process.argv[2] ?? 4000), '127.0.0.1', () => {
  console.log(`listens on ${server.address().port}`);
});
