import {
  type GeminiCall,
  GeminiSandbox,
  type GeminiScript,
  SANDBOX_API_KEY,
} from '@chat-backend/gemini-sandbox';

/** One call of the model, as the harness needs it. */
export interface ModelCall {
  /** Key of the message that was to be answered. */
  key: string;
  worker: string;
  /** What the call says when it is heard to the end; null where it was scripted to end otherwise. */
  text: string | null;
  outcome: GeminiCall['outcome'];
  startedAt: number;
  endedAt: number | null;
  /** Did the caller go before the end? */
  aborted: boolean;
}

/** What makes a message recognisable in whatever the model is shown: the last one is the one to be answered. */
export const markOf = (key: string): string => `#${key}`;
const MARKS = /#([0-9a-f-]{36})/g;

const CHUNK_MS = 40;
/** The sandbox takes a thousand. */
const MOST_SCRIPTS = 900;
/** Astral, joined and combining characters, and what would forge an event of a stream that is not escaped. */
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

/** How the model answers. */
export interface Speech {
  /** Between two chunks. */
  chunkMs: number;
  /** The chunks of its nth answer; no two answers are the same. */
  chunks: (nth: number) => string[];
}

/** Answers between half and one and a half of `answerMs` long. */
const smallTalk = (answerMs: number): Speech => ({
  chunkMs: CHUNK_MS,
  chunks: (nth) =>
    Array.from(
      { length: Math.max(2, Math.round((answerMs / CHUNK_MS) * (0.5 + (nth % 11) / 10))) },
      (_, at) => `${nth}.${at} ${WORDS[(nth + at) % WORDS.length]!}`,
    ),
});

/**
 * The model behind all workers: the Gemini sandbox in the harness, which no fault kills. No two of its answers are the
 * same, so that a text tells which call it came from. Workers name themselves by the model that they ask for.
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
    // A predicate that is never true is told of everything that happens.
    void model.sandbox.waitForCall((call) => model.see(call));
    return model;
  }

  /** What a process needs to ask this model. */
  environment(worker: string): Record<string, string> {
    return {
      GEMINI_BASE_URL: this.sandbox.url,
      GEMINI_API_KEY: SANDBOX_API_KEY,
      GEMINI_MODEL: `gemini-${worker}`,
    };
  }

  /**
   * The next call for this message ends otherwise than well.
   * @returns false where too many such messages were refused, and their scripts wait in vain
   */
  misbehave(key: string, script: Pick<GeminiScript, 'outcome' | 'status' | 'afterChunks'>): boolean {
    if (this.sandbox.pendingScripts >= MOST_SCRIPTS) return false;
    this.sandbox.script({ ...script, match: markOf(key), times: 1 });
    return true;
  }

  /** Keys of the messages that a worker is asking for just now. */
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

  /** The answer of the next call that no script is waiting for. */
  private prepareNext(): void {
    this.told += 1;
    this.next = this.speech.chunks(this.told);
    this.sandbox.script({ chunks: this.next });
  }
}
