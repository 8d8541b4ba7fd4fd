import { machineMs } from '../lab/clock.js';

/** What the model does with a question; it stands in the question itself. */
export interface ModelScript {
  firstDelayMs: number;
  chunkDelayMs: number;
  chunks: number;
}

/** What a piece of an answer says of itself, in {@link machineMs}. */
export interface Stamp {
  /** When the call had reached the model. */
  calledAt: number;
  /** When the model wrote this piece. */
  writtenAt: number;
}

export const questionOf = ({ firstDelayMs, chunkDelayMs, chunks }: ModelScript): string =>
  `Why is the sky blue? first=${firstDelayMs} every=${chunkDelayMs} chunks=${chunks}`;

export function scriptOf(question: string): ModelScript {
  const word = (name: string) => Number(new RegExp(`${name}=(\\d+)`).exec(question)?.[1] ?? 0);
  return { firstDelayMs: word('first'), chunkDelayMs: word('every'), chunks: word('chunks') };
}

/** A piece of an answer: about as long as those of a real model. */
export const pieceOf = (calledAt: number): string =>
  `<${calledAt.toFixed(3)} ${machineMs().toFixed(3)}> sunlight meets the air `;

/** Of all pieces within a text. */
export const stampsIn = (text: string): Stamp[] =>
  [...text.matchAll(/<([\d.]+) ([\d.]+)>/g)].map(([, calledAt, writtenAt]) => ({
    calledAt: Number(calledAt),
    writtenAt: Number(writtenAt),
  }));
