import type { RecordedShape } from './shape-parts.support.js';
import { llamaCpp, ollama, vllm } from './shapes-of-own-servers.support.js';
import { azure, deepSeek, groq, mistral, moonshot, openRouter, xai } from './shapes-of-services.support.js';

/**
 * Streams in the shapes that public recordings and the servers' own source show, shortened. The fields and their order are
 * the servers', the texts and most chunks are made up. These tests call no server.
 */
export const RECORDED_SHAPES: RecordedShape[] = [
  ...groq(),
  ...ollama(),
  ...vllm(),
  ...llamaCpp(),
  ...openRouter(),
  ...azure(),
  ...mistral(),
  ...xai(),
  ...deepSeek(),
  ...moonshot(),
];
