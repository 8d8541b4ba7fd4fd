import type { AbstractChat as Chat5, UIMessage } from 'ai5';

export type Sdk = { AbstractChat: typeof Chat5 };
export type { UIMessage };

/** What the SDK keeps messages in; as its bindings for frameworks do it, without a framework. */
export class State {
  status: 'submitted' | 'streaming' | 'ready' | 'error' = 'ready';
  error: Error | undefined;

  constructor(public messages: UIMessage[]) {}

  pushMessage = (message: UIMessage): void => void (this.messages = [...this.messages, message]);
  popMessage = (): void => void (this.messages = this.messages.slice(0, -1));
  replaceMessage = (at: number, message: UIMessage): void => {
    this.messages = this.messages.with(at, structuredClone(message));
  };
  snapshot = <T>(value: T): T => structuredClone(value);
}
