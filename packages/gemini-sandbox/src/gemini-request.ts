import { invalidArgument } from './gemini-api.error.js';
import { arrayOf, checkFields, objectOf, type Json } from './wire-json.js';

/** One turn of the conversation: text only, other parts are accepted and ignored. */
export interface SandboxTurn {
  role: 'user' | 'model';
  text: string;
}

/** A request to generate, checked and in camelCase. */
export interface SandboxRequest {
  contents: SandboxTurn[];
  systemInstruction: string | null;
  generationConfig: Json;
  /** Null: no limit in the request. */
  maxOutputTokens: number | null;
  /** Text of the newest user turn, which scripts are matched against. */
  lastUserText: string;
}

/** Is it a request to write a title, not to answer? Apps make both with one key and one model. */
export const asksForTitle = ({ systemInstruction }: SandboxRequest): boolean =>
  systemInstruction?.startsWith('Write a title') ?? false;

/** https://ai.google.dev/api/generate-content, at v1beta. */
const REQUEST_FIELDS = new Set(
  'model contents tools toolConfig safetySettings systemInstruction generationConfig cachedContent serviceTier store generateContentRequest'.split(
    ' ',
  ),
);
const CONTENT_FIELDS = new Set(['role', 'parts']);
const PART_FIELDS = new Set(
  'text thought thoughtSignature inlineData fileData functionCall functionResponse executableCode codeExecutionResult toolCall toolResponse videoMetadata mediaResolution partMetadata'.split(
    ' ',
  ),
);
const GENERATION_FIELDS = new Set(
  'stopSequences responseMimeType responseSchema responseJsonSchema _responseJsonSchema responseModalities candidateCount maxOutputTokens temperature topP topK seed presencePenalty frequencyPenalty responseLogprobs logprobs enableEnhancedCivicAnswers speechConfig thinkingConfig imageConfig mediaResolution responseFormat'.split(
    ' ',
  ),
);

/** @throws GeminiApiError 400 in the words of the real API */
export function toSandboxRequest(body: unknown): SandboxRequest {
  const request = checkFields(objectOf(body, ''), REQUEST_FIELDS, '');
  const contents = arrayOf(request['contents']).map((content, i) => toTurn(content, `contents[${i}]`));
  if (contents.length === 0)
    throw invalidArgument('* GenerateContentRequest.contents: contents is not specified\n');
  const generationConfig = checkFields(
    objectOf(request['generationConfig'] ?? {}, 'generation_config'),
    GENERATION_FIELDS,
    'generation_config',
  );
  const instruction = request['systemInstruction'];
  return {
    contents,
    systemInstruction: instruction === undefined ? null : toTurn(instruction, 'system_instruction').text,
    generationConfig,
    maxOutputTokens: toLimit(generationConfig['maxOutputTokens']),
    lastUserText: contents.findLast((turn) => turn.role === 'user')?.text ?? '',
  };
}

/** countTokens accepts the contents, or a complete request in `generateContentRequest`. */
export function toCountedRequest(body: unknown): SandboxRequest {
  const request = checkFields(objectOf(body, ''), REQUEST_FIELDS, '');
  return toSandboxRequest(request['generateContentRequest'] ?? request);
}

function toTurn(value: unknown, path: string): SandboxTurn {
  const content = checkFields(objectOf(value, path), CONTENT_FIELDS, path);
  const role = content['role'] ?? 'user';
  if (path !== 'system_instruction' && role !== 'user' && role !== 'model')
    throw invalidArgument('Please use a valid role: user, model.');
  const parts = arrayOf(content['parts']);
  if (parts.length === 0)
    throw invalidArgument(`* GenerateContentRequest.${path}.parts: contents.parts must not be empty.\n`);
  const text = parts.map((part, i) => toText(part, `${path}.parts[${i}]`)).join('');
  return { role: role === 'model' ? 'model' : 'user', text };
}

function toText(value: unknown, path: string): string {
  const part = checkFields(objectOf(value, path), PART_FIELDS, path);
  const { text } = part;
  if (text !== undefined && typeof text !== 'string')
    throw invalidArgument(`Invalid value at '${path}.text' (TYPE_STRING), ${JSON.stringify(text)}`);
  const hasData = Object.keys(part).some((field) => !['text', 'thought'].includes(field));
  if (!text && !hasData)
    throw invalidArgument(
      `* GenerateContentRequest.${path}.data: required oneof field 'data' must have one initialized field\n`,
    );
  return part['thought'] ? '' : (text ?? '');
}

function toLimit(value: unknown): number | null {
  if (value === undefined || value === null) return null;
  const limit = Number(value);
  if (!Number.isInteger(limit))
    throw invalidArgument(
      `Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32), ${JSON.stringify(value)}`,
    );
  if (limit < 1) throw invalidArgument('max_output_tokens must be positive.');
  return limit;
}
