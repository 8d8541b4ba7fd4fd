import { InjectQueue } from '@nestjs/bullmq';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Queue } from 'bullmq';
import type { Claim } from '../messages/replies/claim.js';
import { CONFIG, type Config } from '../platform/config/config.js';
import { addJobs } from '../platform/queue/add-jobs.js';
import { isReplaceable } from './titles.repository.js';

/**
 * seq of the last message whose answer may be the first of its room: after nine failed ones a room keeps its name. Without
 * a bound every answer in a room that was named by its first message would add a job.
 */
const LAST_SEQ = 19;

/** Adds the jobs of titles, each under the id of its reply. */
@Injectable()
export class TitleQueue {
  private readonly logger = new Logger('TitleQueue');

  constructor(
    @InjectQueue('titles') private readonly queue: Queue,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Adds the job of a room whose first reply may just have been completed. Never throws: a title is not owed. */
  async addAfter({ id, nameSource, questionSeq }: Claim): Promise<void> {
    if (this.config.llm.titleModel === null || !isReplaceable(nameSource) || questionSeq > LAST_SEQ) return;
    await addJobs(this.queue, this.logger, 'title', [id]);
  }
}
