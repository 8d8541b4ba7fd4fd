import { setTimeout as pause } from 'node:timers/promises';
import { machineMsOfEpoch } from '../lab/clock.js';
import { rows } from '../lab/lab.js';
import { ask, stop, type Exchange } from './exchange.js';
import { spread, type PickUp, type Spread } from './figures.js';
import { atPace } from './pace.js';
import type { Site } from './site.js';

/** Live replies while first pieces are measured. */
export const LIVE = 100;
/** A reply of usual form: it begins after half a second and takes one more second. */
const USUAL = { firstDelayMs: 500, chunkDelayMs: 50, chunks: 21 };
/**
 * A reply that is soon over. Its pieces come one after the other; if they came at once, the first would be the whole answer,
 * and would come with the end.
 */
const SHORT = { firstDelayMs: 20, chunkDelayMs: 20, chunks: 3 };
const USUAL_SECONDS = 1.5;
/** Messages a second whose way to the model is measured. */
export const PICK_UPS_PER_SECOND = 100;
const STOPS_PER_SECOND = 25;
/** In the middle of an answer that would take much longer. */
const STOP_AFTER_MS = 500;
const LONG = { firstDelayMs: 50, chunkDelayMs: 50, chunks: 400 };

/**
 * Before the measurement: compiles code, opens connections, makes plans. Each user has made a request: the first one with
 * an access token also records the use of its session, once in the token's life and in each process.
 */
export async function warmUp({ api, nextSeat, tokens }: Site, seconds: number): Promise<void> {
  for (const token of tokens) {
    const answer = await fetch(`${api.url}/user/me`, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`a user cannot use the API: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  await atPace(seconds * LIVE, LIVE, () => ask(api.url, nextSeat(), USUAL));
}

/**
 * From the request, sent with `Accept: text/event-stream`, to the first piece at its reader, without the time that the
 * model took before it wrote.
 */
export async function measureFirstToken({ api, nextSeat }: Site, seconds: number): Promise<Spread> {
  const perSecond = LIVE / USUAL_SECONDS;
  const exchanges = await atPace(Math.round(seconds * perSecond), perSecond, () =>
    ask(api.url, nextSeat(), USUAL),
  );
  return addedTo(exchanges);
}

/** The same of one message at a time, each when the answer to the one before is there. */
export async function measureFirstTokenAlone({ api, nextSeat }: Site, seconds: number): Promise<Spread> {
  const exchanges: Exchange[] = [];
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) exchanges.push(await ask(api.url, nextSeat(), SHORT));
  return addedTo(exchanges);
}

const addedTo = (exchanges: Exchange[]): Spread =>
  spread(
    exchanges.map(({ askedAt, first, endedAs }) =>
      first && endedAs === 'completed'
        ? first.arrivedAt - askedAt - (first.writtenAt - first.calledAt)
        : null,
    ),
  );

/**
 * The moment of the commit is PostgreSQL's own timestamp, taken when the commit record is made and before it is flushed:
 * the flush is part of the measured time, and reading it costs the product nothing. A trigger reports the claim.
 */
export async function measurePickUp(site: Site, seconds: number): Promise<PickUp> {
  const script = { firstDelayMs: 0, chunkDelayMs: 0, chunks: 1 };
  await rows(site.databaseUrl, WATCH_CLAIMS);
  const exchanges = await atPace(seconds * PICK_UPS_PER_SECOND, PICK_UPS_PER_SECOND, () =>
    ask(site.api.url, site.nextSeat(), script),
  );
  const times = await pickUpTimes(
    site.databaseUrl,
    exchanges.flatMap(({ messageId }) => messageId ?? []),
  );
  await rows(site.databaseUrl, 'drop function bench_claimed cascade');
  const found = exchanges.map(({ messageId, first }) => {
    const known = messageId === null ? undefined : times.get(messageId);
    return {
      claimed: known ? known.claimedAt - known.committedAt : null,
      called: first && known ? first.calledAt - known.committedAt : null,
    };
  });
  return {
    claimed: spread(found.map(({ claimed }) => claimed)),
    called: spread(found.map(({ called }) => called)),
  };
}

/** Stops a reply in its middle and measures until the stop is answered with the final reply. */
export async function measureStop({ api, nextSeat }: Site, seconds: number): Promise<Spread> {
  const times = await atPace(seconds * STOPS_PER_SECOND, STOPS_PER_SECOND, async () => {
    const seat = nextSeat();
    let stopping: Promise<number | null> | null = null;
    const { endedAs } = await ask(api.url, seat, LONG, {
      onPiece: (_, { replyId }) => {
        stopping ??= pause(STOP_AFTER_MS)
          .then(() => stop(api.url, seat, replyId!))
          .catch(() => null);
      },
    });
    return endedAs === 'stopped' ? stopping : null;
  });
  return spread(times);
}

/** Records the moment of each claim, in its transaction: only a claim raises the attempt. */
const WATCH_CLAIMS = `
  create unlogged table if not exists bench_claims (reply_id uuid, claimed_at timestamptz);
  create function bench_claimed() returns trigger language plpgsql as $$
  begin
    insert into bench_claims values (new.id, clock_timestamp());
    return null;
  end $$;
  create trigger bench_claimed after update of attempt on messages for each row
    when (new.attempt > old.attempt) execute function bench_claimed()`;

/** When messages were committed and their replies claimed, in the machine's time; nothing updates a person's message. */
async function pickUpTimes(
  databaseUrl: string,
  ids: string[],
): Promise<Map<string, { committedAt: number; claimedAt: number }>> {
  const offset = machineMsOfEpoch();
  const found = await rows<{ id: string; committed: string; claimed: string }>(
    databaseUrl,
    `select m.id, extract(epoch from pg_xact_commit_timestamp(m.xmin)) * 1000 as committed,
       extract(epoch from min(c.claimed_at)) * 1000 as claimed
     from messages m join messages r on r.in_reply_to = m.id join bench_claims c on c.reply_id = r.id
     where m.id = any($1::uuid[]) group by m.id, committed`,
    [ids],
  );
  return new Map(
    found.map(({ id, committed, claimed }) => [
      id,
      { committedAt: Number(committed) + offset, claimedAt: Number(claimed) + offset },
    ]),
  );
}
