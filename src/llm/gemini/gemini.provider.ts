import { GoogleGenAI } from '@google/genai';
import { sendingFetch, type AnswerEvents } from '../reading/answer-fetch.js';
import { at } from '../reading/chunk-facts.js';
import { readGeminiChunk } from './gemini-chunk.js';
import type { GeminiEndpoint } from './gemini-endpoint.js';
import type { SilenceLimits } from '../reading/guarded-stream.js';
import { LanguageModel, type GenerateEvent, type GenerateRequest } from '../language-model.js';
import { failureInsideAnswer, failureOfStatus } from '../reading/model-failure.js';
import { readAnswer, type OpenCall } from '../reading/read-answer.js';

/** The production address, set explicitly: otherwise environment variables of the client library could change it. */
const GOOGLE = 'https://generativelanguage.googleapis.com';

/** Gemini through Google's own client. One HTTP request per call; the reply's job retries. */
export class GeminiLanguageModel extends LanguageModel {
  private readonly client: GoogleGenAI;

  constructor(
    endpoint: GeminiEndpoint,
    private readonly silenceLimits: SilenceLimits,
  ) {
    super();
    this.client = new GoogleGenAI({
      apiKey: endpoint.apiKey,
      vertexai: false,
      httpOptions: { baseUrl: endpoint.baseUrl ?? GOOGLE },
    });
  }

  /** @throws ModelError for every failure */
  generate(request: GenerateRequest): AsyncIterable<GenerateEvent> {
    const open = (call: OpenCall) => this.chunks(request, call);
    return readAnswer({ model: request.model, open, read: readGeminiChunk }, request, this.silenceLimits);
  }

  /**
   * The client sends the request; its answer is read here. The client's own reading makes a Response of each chunk and
   * parses it three times, which took a sixth of a worker's processor time.
   */
  private async *chunks(request: GenerateRequest, call: OpenCall): AsyncGenerator<unknown, void> {
    let events: AnswerEvents | null = null;
    const fetch = sendingFetch(call, failureOfStatus, (opened) => {
      events = opened;
    });
    await this.client.models.generateContentStream({
      model: request.model,
      // Gemini answers 400 to a part without text; a turn of the model may be empty.
      contents: request.turns
        .filter((turn) => turn.text !== '')
        .map((turn) => ({ role: turn.role, parts: [{ text: turn.text }] })),
      config: {
        ...(request.systemPrompt ? { systemInstruction: request.systemPrompt } : {}),
        maxOutputTokens: request.maxOutputTokens,
        abortSignal: call.signal,
        httpOptions: { fetch },
        automaticFunctionCalling: { disable: true },
        automaticContinuation: false,
      },
    });
    for await (const event of events as unknown as AnswerEvents) yield chunkOf(event);
  }
}

/**
 * @throws ModelError for an error inside an answer with status 200
 * @throws SyntaxError for an event that is no JSON: a broken answer
 */
function chunkOf(event: Buffer): unknown {
  const chunk = JSON.parse(event.toString()) as unknown;
  const error = at(chunk, 'error');
  if (typeof error === 'object' && error !== null) throw failureInsideAnswer(chunk);
  return chunk;
}
