import {
  type GeminiCall,
  GeminiSandbox,
  type GeminiScript,
  SANDBOX_API_KEY,
} from '@chat-backend/gemini-sandbox';

/** One call of the model, as the harness records it. */
export interface ModelCall {
  /** Key of the message to answer. */
  key: string;
  worker: string;
  /** The complete text of the answer; null for an answer scripted to end otherwise. */
  text: string | null;
  outcome: GeminiCall['outcome'];
  startedAt: number;
  endedAt: number | null;
  /** True if the caller disconnected before the end. */
  aborted: boolean;
}

/** Marks that identify a message in the model's input: the last mark is that of the message to answer. */
export const markOf = (key: string): string => `#${key}`;
const MARKS = /#([0-9a-f-]{36})/g;

const CHUNK_MS = 40;
/** Limit of the sandbox. */
const MOST_SCRIPTS = 900;
/** Astral, joined and combining characters, and texts that would forge an unescaped event of a stream. */
const WORDS = [
  'sunlight ',
  '😀🎉 ',
  'is scattered\r\n',
  'data: {"forged": true}\n\n',
  '👩‍👩‍👧‍👦 ',
  'café नमस्ते ',
  'event: done\r',
  '𝒽𝑒𝓁𝓁𝑜, ',
];

/** Form of the model's answers. */
export interface Speech {
  /** Pause between two chunks. */
  chunkMs: number;
  /** The chunks of the n-th answer; all answers differ. */
  chunks: (nth: number) => string[];
}

/** Answers that take between half and one and a half of `answerMs`. */
const smallTalk = (answerMs: number): Speech => ({
  chunkMs: CHUNK_MS,
  chunks: (nth) =>
    Array.from(
      { length: Math.max(2, Math.round((answerMs / CHUNK_MS) * (0.5 + (nth % 11) / 10))) },
      (_, at) => `${nth}.${at} ${WORDS[(nth + at) % WORDS.length]!}`,
    ),
});

/**
 * The model behind all workers: the Gemini sandbox in the harness, which no fault stops. All its answers differ, so that
 * a text identifies its call. Each worker asks for a model of its own name.
 */
export class Model {
  readonly calls: ModelCall[] = [];
  private readonly sandbox: GeminiSandbox;
  private readonly open = new Map<number, ModelCall>();
  private next: string[] = [];
  private told = 0;

  private constructor(private readonly speech: Speech) {
    this.sandbox = new GeminiSandbox({ chunkDelayMs: speech.chunkMs });
  }

  static async start(answerMs: number, speech = smallTalk(answerMs)): Promise<Model> {
    const model = new Model(speech);
    await model.sandbox.listen();
    model.prepareNext();
    // A predicate that is never true observes all calls.
    void model.sandbox.waitForCall((call) => model.see(call));
    return model;
  }

  /** Environment of a process that calls this model. */
  environment(worker: string): Record<string, string> {
    return {
      GEMINI_BASE_URL: this.sandbox.url,
      GEMINI_API_KEY: SANDBOX_API_KEY,
      GEMINI_MODEL: `gemini-${worker}`,
    };
  }

  /**
   * Makes the next call for this message fail.
   * @returns false when too many scripts of refused messages are waiting
   */
  misbehave(key: string, script: Pick<GeminiScript, 'outcome' | 'status' | 'afterChunks'>): boolean {
    if (this.sandbox.pendingScripts >= MOST_SCRIPTS) return false;
    this.sandbox.script({ ...script, match: markOf(key), times: 1 });
    return true;
  }

  /** Keys of the messages for which a worker is calling the model now. */
  heldBy(worker: string): string[] {
    return [...this.open.values()].filter((call) => call.worker === worker).map(({ key }) => key);
  }

  callsByKey(): Map<string, ModelCall[]> {
    const calls = new Map<string, ModelCall[]>();
    for (const call of this.calls) calls.set(call.key, [...(calls.get(call.key) ?? []), call]);
    return calls;
  }

  close(): Promise<void> {
    return this.sandbox.close();
  }

  private see(call: GeminiCall): false {
    const seen = this.open.get(call.id) ?? this.begin(call);
    seen.aborted = call.aborted;
    if (call.endedAt) {
      seen.endedAt = call.endedAt.getTime();
      this.open.delete(call.id);
    }
    return false;
  }

  private begin(call: GeminiCall): ModelCall {
    const { outcome } = call;
    const begun: ModelCall = {
      key: [...call.lastUserText.matchAll(MARKS)].at(-1)?.[1] ?? '',
      worker: call.model.replace('gemini-', ''),
      text: outcome === 'answer' ? this.next.join('') : null,
      outcome,
      startedAt: call.startedAt.getTime(),
      endedAt: null,
      aborted: false,
    };
    this.open.set(call.id, begun);
    this.calls.push(begun);
    if (outcome === 'answer') this.prepareNext();
    return begun;
  }

  /** The answer of the next call without a script. */
  private prepareNext(): void {
    this.told += 1;
    this.next = this.speech.chunks(this.told);
    this.sandbox.script({ chunks: this.next });
  }
}
