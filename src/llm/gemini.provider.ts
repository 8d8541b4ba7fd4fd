import { ApiError, GoogleGenAI, type GenerateContentResponse } from '@google/genai';
import { GeminiAnswer } from './gemini-answer.js';
import type { GeminiEndpoint } from './gemini-endpoint.js';
import { guardedStream } from './guarded-stream.js';
import { LanguageModel, type GenerateEvent, type GenerateRequest } from './language-model.js';
import { failureInsideAnswer, failureOfStatus } from './model-failure.js';
import { providerFetch } from './provider-fetch.js';

/** The production address, named here so that no stray variable of the client library moves it. */
const GOOGLE = 'https://generativelanguage.googleapis.com';

/** Gemini through Google's own client. One attempt a call: the reply's job does the retrying. */
export class GeminiLanguageModel extends LanguageModel {
  private readonly client: GoogleGenAI;

  /** @param timeoutSeconds longest silence of the model */
  constructor(
    endpoint: GeminiEndpoint,
    private readonly timeoutSeconds: number,
  ) {
    super();
    this.client = new GoogleGenAI({
      apiKey: endpoint.apiKey,
      vertexai: false,
      httpOptions: { baseUrl: endpoint.baseUrl ?? GOOGLE, fetch: fetchOrModelError },
    });
  }

  /** @throws ModelError for every failure */
  async *generate(request: GenerateRequest): AsyncGenerator<GenerateEvent, void> {
    const answer = new GeminiAnswer(request.model);
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

  private async *chunks(
    request: GenerateRequest,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateContentResponse, void> {
    try {
      yield* await this.client.models.generateContentStream({
        model: request.model,
        // Gemini answers 400 to a part without text; a model's turn may have ended without any.
        contents: request.turns
          .filter((turn) => turn.text !== '')
          .map((turn) => ({ role: turn.role, parts: [{ text: turn.text }] })),
        config: {
          ...(request.systemPrompt ? { systemInstruction: request.systemPrompt } : {}),
          maxOutputTokens: request.maxOutputTokens,
          abortSignal: signal,
          automaticFunctionCalling: { disable: true },
          automaticContinuation: false,
        },
      });
    } catch (error) {
      // Error statuses never get here (fetchOrModelError), so this one came within an answer that began well.
      throw error instanceof ApiError ? failureInsideAnswer(error.status, bodyOf(error)) : error;
    }
  }
}

/** The client's own error drops the headers, and with them Retry-After; so the status is judged before it. */
async function fetchOrModelError(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await providerFetch(input, init);
  if (response.ok) return response;
  const body = parsed(await response.text());
  throw failureOfStatus(response.status, response.headers.get('retry-after'), body);
}

/** The client keeps the body of an error in its message only: `got status: … {json}`. */
function bodyOf(error: ApiError): unknown {
  return parsed(error.message.slice(Math.max(0, error.message.indexOf('{'))));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
