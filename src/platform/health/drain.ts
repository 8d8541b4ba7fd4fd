import { Injectable } from '@nestjs/common';

/**
 * The drain of this process. Once it begins, `/health/ready` says so, and each held request (a wait, a stream) ends
 * with the state that exists: the client asks again, and another process answers.
 */
@Injectable()
export class Drain {
  private readonly handlers = new Set<() => void>();
  private begun = false;

  get hasBegun(): boolean {
    return this.begun;
  }

  /** Calls `handler` when the drain begins. @returns a function that removes the handler */
  onBegin(handler: () => void): () => void {
    this.handlers.add(handler);
    return () => this.handlers.delete(handler);
  }

  begin(): void {
    if (this.begun) return;
    this.begun = true;
    for (const handler of this.handlers) handler();
  }
}
