import { Writable } from 'node:stream';

/** A stream that keeps the text written to it, for a command that runs in this process. */
export class Collected extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
