import { Inject, Injectable, Logger } from '@nestjs/common';
import { ChatroomListCache } from '../chatroom/list-cache/chatroom-list-cache.js';
import { LanguageModel, ModelError } from '../llm/language-model.js';
import { Nudges } from '../platform/bus/nudges.js';
import { Clock } from '../platform/clock/clock.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { describeError } from '../platform/logging/describe-error.js';
import { titleRequest } from './title-request.js';
import { titleFrom } from './title.js';
import { TITLES } from './titles.metrics.js';
import { TitlesRepository, type FirstExchange } from './titles.repository.js';

/** Longest call of a model for a title, in milliseconds: a slow one would hold one of the worker's four places. */
const CALL_MS = 30_000;

/** The model answered without a usable title. */
class NoTitle extends Error {
  constructor() {
    super('the answer has no title');
  }
}

/**
 * Writes the title of a room after its first completed reply.
 *
 * Problem. The first line of a message is a poor name, and a title needs a call of a model: it costs, it may fail, and the
 * message may instruct the model. The room must keep a name that its owner gives meanwhile.
 *
 * How it works. The worker that completes a reply adds a job. This service reads the exchange, calls TITLE_MODEL once, takes
 * one line of plain text from the answer (title.ts) and writes it if the room is still unnamed by its owner. The title then
 * counts neither as a message of the day nor as a message of the room.
 *
 * When something fails, the job runs once more; then the room keeps the first line of its first message. The same holds when the
 * worker dies between the reply and the job: no row says that a title is owed. Cost: one call, one read, one update per room.
 */
@Injectable()
export class TitleWriter {
  private readonly logger = new Logger('TitleWriter');
  private readonly stopping = new AbortController();

  constructor(
    private readonly titles: TitlesRepository,
    private readonly model: LanguageModel,
    private readonly listCache: ChatroomListCache,
    private readonly nudges: Nudges,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * @param isLast no try follows
   * @throws ModelError, NoTitle when the job should run once more
   */
  async write(replyId: string, isLast: boolean): Promise<void> {
    const exchange = await this.titles.findFirstExchange(replyId);
    if (!exchange) return TITLES.inc({ outcome: 'kept' });
    const title = await this.requestTitle(exchange).catch((error: unknown) => {
      TITLES.inc({ outcome: 'failed' });
      const isExpected = error instanceof ModelError || error instanceof NoTitle;
      if (!isExpected || !isLast) throw error;
      this.logger.warn({ msg: `no title, the room keeps its name: ${forLog(error)}`, reply_id: replyId });
      return null;
    });
    if (title !== null) await this.name(replyId, title);
  }

  /** Aborts the running calls. */
  stop(): void {
    this.stopping.abort();
  }

  private async requestTitle(exchange: FirstExchange): Promise<string> {
    const { id: model, provider } = this.config.llm.titleModel!;
    const signal = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(CALL_MS)]);
    let text = '';
    for await (const event of this.model.generate({ ...titleRequest(exchange), model, provider, signal }))
      if (event.type === 'text') text += event.text;
    const title = titleFrom(text);
    if (title === null) throw new NoTitle();
    return title;
  }

  private async name(replyId: string, title: string): Promise<void> {
    const room = await this.nudges.orMiss(this.titles.nameRoom(replyId, title, this.clock.now()));
    TITLES.inc({ outcome: room ? 'named' : 'kept' });
    if (!room) return;
    await this.listCache.invalidate(room.userId);
    this.nudges.tell(room.userId, { type: 'room', id: room.roomId, change: 'updated' });
  }
}

const forLog = (error: Error) => (error instanceof ModelError ? error.message : describeError(error));
