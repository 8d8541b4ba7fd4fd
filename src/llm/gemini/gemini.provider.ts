import { ApiError, GoogleGenAI } from '@google/genai';
import { answerFetch } from '../reading/answer-fetch.js';
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

  private async *chunks(request: GenerateRequest, call: OpenCall): AsyncGenerator<unknown, void> {
    try {
      yield* await this.client.models.generateContentStream({
        model: request.model,
        // Gemini answers 400 to a part without text; a turn of the model may be empty.
        contents: request.turns
          .filter((turn) => turn.text !== '')
          .map((turn) => ({ role: turn.role, parts: [{ text: turn.text }] })),
        config: {
          ...(request.systemPrompt ? { systemInstruction: request.systemPrompt } : {}),
          maxOutputTokens: request.maxOutputTokens,
          abortSignal: call.signal,
          httpOptions: { fetch: answerFetch(call, failureOfStatus) },
          automaticFunctionCalling: { disable: true },
          automaticContinuation: false,
        },
      });
    } catch (error) {
      // answerFetch turns error statuses into ModelErrors, so an ApiError comes from inside an answer with status 200.
      throw error instanceof ApiError ? failureInsideAnswer(bodyOf(error)) : error;
    }
  }
}

/** Parses the error body, which the client keeps only in the message: `got status: … {json}`. */
function bodyOf(error: ApiError): unknown {
  try {
    return JSON.parse(error.message.slice(Math.max(0, error.message.indexOf('{')))) as unknown;
  } catch {
    return null;
  }
}
