import { APIError, OpenAI } from 'openai';
import { answerFetch } from '../reading/answer-fetch.js';
import type { SilenceLimits } from '../reading/guarded-stream.js';
import { LanguageModel, Rejected, type GenerateEvent, type GenerateRequest } from '../language-model.js';
import { failureInsideAnswer, failureOfStatus, failureOfTransport } from '../reading/model-failure.js';
import { readOpenAiChunk } from './openai-chunk.js';
import { afterIgnoredLimit, CURRENT, PLAIN, simplify, type Dialect } from './openai-dialect.js';
import { readAnswer, type OpenCall } from '../reading/read-answer.js';

/** The longest delay of a timer (2³¹ − 1 ms): the client requires a limit, and guardedStream bounds silence already. */
const NO_CLIENT_TIMEOUT_MS = 2_147_483_647;
/** Sent when no key is configured: the client requires one, and self-hosted servers accept any. */
const NO_KEY = 'none';

/** Address and key of an OpenAI-compatible server. */
export interface OpenAiEndpoint {
  /** Address before `/chat/completions`. */
  baseUrl: string;
  /** Null: the server needs none. */
  apiKey: string | null;
}

/** Any server that speaks OpenAI's chat protocol. One answer per call; the reply's job retries. */
export class OpenAiCompatibleLanguageModel extends LanguageModel {
  private readonly client: OpenAI;
  /** The dialect that each model accepted last. Bounded by the model catalogue. */
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
      // The client would log a chunk that it cannot parse, including the model's text.
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
      yield* await this.openStream(request, call);
    } catch (error) {
      // answerFetch turns error statuses into ModelErrors, so an APIError comes from inside an answer with status 200.
      throw error instanceof APIError && error.error !== undefined
        ? failureInsideAnswer({ error: error.error })
        : error;
    }
  }

  /** Uses the dialect that this model accepted before; otherwise drops fields one by one until the server accepts. */
  private async openStream(request: GenerateRequest, call: OpenCall): Promise<AsyncIterable<unknown>> {
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
        const next = dialectAfterRejection(dialect, failure, known !== undefined);
        // No field is left to drop, so the field was not the cause.
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

/** A rejection without a named cause changes the dialect only of a model that has not accepted any request yet. */
function dialectAfterRejection(
  dialect: Dialect,
  { about, field }: Rejected,
  isKnown: boolean,
): Dialect | null {
  if (about === 'field' && field !== null) return simplify(dialect, field);
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
