export { SANDBOX_API_KEY } from './api-key.js';
export { type GeminiCall } from './call-log.js';
export { toSandboxRequest } from './gemini-request.js';
export { toResponse } from './gemini-response.js';
export { GeminiSandbox } from './gemini-sandbox.js';
export {
  type GeminiScript,
  geminiScriptJsonSchema,
  InvalidGeminiScriptError,
  type Outcome,
  OUTCOMES,
  parseGeminiScripts,
} from './gemini-script.js';
export { SCRIPT_WORDS } from './script-words.js';
