import { GeminiApiError } from './gemini-api.error.js';

/**
 * Models of GET /models. Any other `gemini-…` name that is not retired works as well, because new models keep appearing.
 */
const LISTED = [
  'gemini-flash-latest',
  'gemini-flash-lite-latest',
  'gemini-pro-latest',
  'gemini-3-flash-preview',
  'gemini-3-pro-preview',
  'gemini-2.5-flash',
  'gemini-2.5-pro',
];

/** Shut down by Google: https://ai.google.dev/gemini-api/docs/deprecations */
const RETIRED = /^gemini-(1\.|2\.0|pro$|pro-vision)/;

const METHODS = ['generateContent', 'countTokens'];

/** The body of GET /models. */
export function listModels(): { models: object[] } {
  return { models: LISTED.map(describe) };
}

/** @throws GeminiApiError 404 for an unknown or retired name */
export function findModel(name: string, apiVersion: string): object {
  if (!/^(gemini|gemma)-[a-z0-9.-]+$/.test(name) || RETIRED.test(name)) {
    throw new GeminiApiError(
      404,
      'NOT_FOUND',
      `models/${name} is not found for API version ${apiVersion}, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
    );
  }
  return describe(name);
}

function describe(name: string): object {
  return {
    name: `models/${name}`,
    version: 'sandbox',
    displayName: name,
    description: 'Answered by the local sandbox.',
    inputTokenLimit: 1_048_576,
    outputTokenLimit: 65_536,
    supportedGenerationMethods: METHODS,
  };
}
