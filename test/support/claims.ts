import type { Claim } from '../../src/messages/replies/claim.js';

/** Parameters of FINISH: the claimed reply ends as completed. */
export const finishWith = ({ id, attempt }: Pick<Claim, 'id' | 'attempt'>) => ({
  id,
  attempt,
  status: 'completed' as const,
  content: 'text',
  finishReason: 'stop' as const,
  errorCode: null,
  model: 'm',
  provider: 'gemini',
  promptTokens: 1,
  outputTokens: 1,
  thoughtTokens: 0,
  cachedTokens: 0,
  now: new Date(),
});
