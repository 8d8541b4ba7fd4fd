import { Injectable } from '@nestjs/common';

/**
 * Is this process on its way out? From then on `/health/ready` says so, and whatever holds a request open (a wait, a
 * stream) ends it with the state that is there: the caller asks again, and another process answers.
 */
@Injectable()
export class Drain {
  private readonly handlers = new Set<() => void>();
  private begun = false;

  get hasBegun(): boolean {
    return this.begun;
  }

  /** Calls `handler` when the drain begins. @returns how to take it back */
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
