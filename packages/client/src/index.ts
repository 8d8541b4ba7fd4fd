export { ChatClient, type ChatClientOptions, type ReplyUpdate } from './chat-client.js';
export { isExpired, type Draft } from './drafts.js';
export {
  ChatError,
  DailyLimitError,
  ExpiredDraftError,
  NetworkError,
  RateLimitError,
  SignedOutError,
} from './errors.js';
export { TOKENS_KEY } from './session.js';
export { newKey } from './key.js';
export { MemoryStore, type KeyValueStore } from './store.js';
export type * from './api.types.js';
