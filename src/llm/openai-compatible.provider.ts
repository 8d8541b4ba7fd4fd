import { APIError, OpenAI } from 'openai';
import { guardedStream } from './guarded-stream.js';
import { LanguageModel, type GenerateEvent, type GenerateRequest } from './language-model.js';
import { failureInsideAnswer, failureOfStatus } from './model-failure.js';
import { OpenAiAnswer } from './openai-answer.js';
import { providerFetch } from './provider-fetch.js';

type Chunk = OpenAI.Chat.Completions.ChatCompletionChunk;

/** The client wants a limit: the longest that a timer takes (2³¹ − 1 ms). Silence is bounded by guardedStream. */
const NO_CLIENT_TIMEOUT_MS = 2_147_483_647;

/** What an OpenAI-compatible provider needs to be asked. */
export interface OpenAiEndpoint {
  /** Address before `/chat/completions`. */
  baseUrl: string;
  apiKey: string;
  /** Asked instead of the request's model: that one is named in Gemini's words. */
  model: string;
}

/** Groq, and any other server that speaks OpenAI's chat protocol. One attempt a call: the job does the retrying. */
export class OpenAiCompatibleLanguageModel extends LanguageModel {
  private readonly client: OpenAI;

  /** @param timeoutSeconds longest silence of the model */
  constructor(
    private readonly endpoint: OpenAiEndpoint,
    private readonly timeoutSeconds: number,
  ) {
    super();
    this.client = new OpenAI({
      apiKey: endpoint.apiKey,
      baseURL: endpoint.baseUrl,
      organization: null,
      project: null,
      maxRetries: 0,
      timeout: NO_CLIENT_TIMEOUT_MS,
      fetch: providerFetch,
      // The client logs a chunk that it cannot parse, and with it what the model wrote.
      logLevel: 'off',
    });
  }

  /** @throws ModelError for every failure */
  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const answer = new OpenAiAnswer(this.endpoint.model);
    const bounds = { signal: request.signal, silenceMs: this.timeoutSeconds * 1000 };
    try {
      for await (const chunk of guardedStream(bounds, (signal) => this.chunks(request, signal))) {
        const text = answer.take(chunk);
        if (text) yield { type: 'text', text, model: answer.model };
      }
    } catch (error) {
      if (!answer.complete || request.signal.aborted) throw error;
    }
    yield answer.end();
  }

  private async *chunks(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<Chunk, void> {
    try {
      yield* await this.client.chat.completions.create(
        {
          model: this.endpoint.model,
          messages: toMessages(request),
          max_completion_tokens: request.maxOutputTokens,
          stream: true,
          stream_options: { include_usage: true },
        },
        { signal },
      );
    } catch (error) {
      throw error instanceof APIError ? failureOf(error) : error;
    }
  }
}

function toMessages({
  systemPrompt,
  turns,
}: GenerateRequest): OpenAI.Chat.Completions.ChatCompletionMessageParam[] {
  const messages = turns
    .filter((turn) => turn.text !== '')
    .map(({ role, text }) =>
      role === 'model'
        ? { role: 'assistant' as const, content: text }
        : { role: 'user' as const, content: text },
    );
  return systemPrompt ? [{ role: 'system', content: systemPrompt }, ...messages] : messages;
}

/** With a status it is an error answer; with a body alone it came inside a stream; else the network broke. */
function failureOf(error: APIError): Error {
  const body = { error: error.error };
  if (error.status !== undefined)
    return failureOfStatus(error.status, error.headers?.get('retry-after') ?? null, body);
  if (error.error === undefined) return error;
  const code = Number(error.code);
  return failureInsideAnswer(
    code === 429 || error.code === 'rate_limit_exceeded' ? 429 : Number.isInteger(code) ? code : null,
    body,
  );
}
