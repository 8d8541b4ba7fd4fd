import { APIError, OpenAI } from 'openai';
import { answerFetch } from '../reading/answer-fetch.js';
import type { SilenceLimits } from '../reading/guarded-stream.js';
import { LanguageModel, Rejected, type GenerateEvent, type GenerateRequest } from '../language-model.js';
import { failureInsideAnswer, failureOfStatus, failureOfTransport } from '../reading/model-failure.js';
import { readOpenAiChunk } from './openai-chunk.js';
import { afterIgnoredLimit, CURRENT, PLAIN, plainer, type Dialect } from './openai-dialect.js';
import { readAnswer, type OpenCall } from '../reading/read-answer.js';

/** The client wants a limit: the longest that a timer takes (2³¹ − 1 ms). Silence is bounded by guardedStream. */
const NO_CLIENT_TIMEOUT_MS = 2_147_483_647;
/** What the client sends where no key is configured: servers on one's own machine take anything. */
const NO_KEY = 'none';

/** What an OpenAI-compatible provider needs to be asked. */
export interface OpenAiEndpoint {
  /** Address before `/chat/completions`. */
  baseUrl: string;
  /** Null: the server wants none. */
  apiKey: string | null;
}

/** Any server that speaks OpenAI's chat protocol. One attempt a call: the job does the retrying. */
export class OpenAiCompatibleLanguageModel extends LanguageModel {
  private readonly client: OpenAI;
  /** By model: how it was asked when it last took a request. The catalogue bounds them. */
  private readonly dialects = new Map<string, Dialect>();

  constructor(
    endpoint: OpenAiEndpoint,
    private readonly silenceLimits: SilenceLimits,
  ) {
    super();
    this.client = new OpenAI({
      apiKey: endpoint.apiKey ?? NO_KEY,
      baseURL: endpoint.baseUrl,
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: NO_CLIENT_TIMEOUT_MS,
      // The client logs a chunk that it cannot parse, and with it what the model wrote.
      logLevel: 'off',
    });
  }

  /** @throws ModelError for every failure */
  generate(request: GenerateRequest): AsyncIterable<GenerateEvent> {
    const { model } = request;
    const open = (call: OpenCall) => this.chunks(request, call);
    const onLimitIgnored = () => {
      const dialect = this.dialects.get(model);
      if (dialect) this.dialects.set(model, afterIgnoredLimit(dialect));
    };
    return readAnswer({ model, open, read: readOpenAiChunk, onLimitIgnored }, request, this.silenceLimits);
  }

  private async *chunks(request: GenerateRequest, call: OpenCall): AsyncGenerator<unknown, void> {
    try {
      yield* await this.negotiate(request, call);
    } catch (error) {
      // Error statuses never get here as such (answerFetch), so this one came within an answer that began well.
      throw error instanceof APIError && error.error !== undefined
        ? failureInsideAnswer({ error: error.error })
        : error;
    }
  }

  /** Asks in the dialect that this model took before, or else in plainer and plainer ones until it takes one. */
  private async negotiate(request: GenerateRequest, call: OpenCall): Promise<AsyncIterable<unknown>> {
    const known = this.dialects.get(request.model);
    let dialect = known ?? CURRENT;
    for (;;) {
      try {
        const stream = await this.ask(request, dialect, call);
        this.dialects.set(request.model, dialect);
        return stream;
      } catch (error) {
        const failure = failureOfTransport(error);
        if (!(failure instanceof Rejected)) throw failure;
        const next = afterRejection(dialect, failure, known !== undefined);
        // Nothing is left to leave out, so the field was not the cause.
        if (!next) throw failure.about === 'field' ? new Rejected('unknown', failure.reason ?? '') : failure;
        dialect = next;
      }
    }
  }

  private ask(request: GenerateRequest, dialect: Dialect, call: OpenCall): Promise<AsyncIterable<unknown>> {
    return this.client.withOptions({ fetch: answerFetch(call, failureOfStatus) }).chat.completions.create(
      {
        model: request.model,
        messages: toMessages(request, dialect),
        ...(dialect.limit && { [dialect.limit]: request.maxOutputTokens }),
        stream: true,
        ...(dialect.usage && { stream_options: { include_usage: true } }),
      },
      { signal: call.signal },
    );
  }
}

/** A model that took a request before is not asked in another dialect because of one that it refuses for no named cause. */
function afterRejection(dialect: Dialect, { about, field }: Rejected, isKnown: boolean): Dialect | null {
  if (about === 'field' && field !== null) return plainer(dialect, field);
  return about === 'unknown' && !isKnown && dialect === CURRENT ? PLAIN : null;
}

function toMessages(
  { systemPrompt, turns }: GenerateRequest,
  { systemRole }: Dialect,
): OpenAI.Chat.Completions.ChatCompletionMessageParam[] {
  const messages = turns
    .filter((turn) => turn.text !== '')
    .map(({ role, text }) => ({ role: role === 'model' ? ('assistant' as const) : role, content: text }));
  if (!systemPrompt) return messages;
  if (systemRole) return [{ role: 'system', content: systemPrompt }, ...messages];
  const [first, ...rest] = messages;
  return [{ role: 'user', content: [systemPrompt, first?.content].filter(Boolean).join('\n\n') }, ...rest];
}
