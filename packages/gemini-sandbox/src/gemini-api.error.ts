import type { ErrorReason } from './gemini-script.js';

/** An error in Google's shape: https://cloud.google.com/apis/design/errors */
export class GeminiApiError extends Error {
  constructor(
    readonly code: number,
    readonly status: string,
    message: string,
    readonly details: readonly object[] = [],
  ) {
    super(message);
    this.name = 'GeminiApiError';
  }

  toBody(): { error: object } {
    const { code, message, status, details } = this;
    return { error: { code, message, status, ...(details.length > 0 && { details }) } };
  }
}

/** The canonical names of the statuses that the API answers with. */
const STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** Status names of the real API, by HTTP status. */
export function scriptedError(code: number, retryAfterSeconds: number | undefined): GeminiApiError {
  if (code === 429) return resourceExhausted(retryAfterSeconds);
  if (code === 503)
    return new GeminiApiError(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.');
  return new GeminiApiError(
    code,
    STATUS[code] ?? 'UNKNOWN',
    `A script of the sandbox sets this response: ${code}.`,
  );
}

/** The real API's error for a reason. */
export function errorFor(reason: ErrorReason, retryAfterSeconds: number | undefined): GeminiApiError {
  switch (reason) {
    case 'too_long':
      return new GeminiApiError(
        400,
        'INVALID_ARGUMENT',
        'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
      );
    case 'bad_key':
      return invalidKey();
    case 'daily_quota':
      return resourceExhausted(retryAfterSeconds ?? 30, 'GenerateRequestsPerDayPerProjectPerModel-FreeTier');
    case 'prohibited':
      return new GeminiApiError(
        400,
        'INVALID_ARGUMENT',
        'The prompt was flagged as potentially violating policy.',
      );
  }
}

/** The real API's error for an invalid key. */
export function invalidKey(): GeminiApiError {
  return new GeminiApiError(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    },
  ]);
}

function resourceExhausted(
  retryAfterSeconds: number | undefined,
  quotaId = 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
): GeminiApiError {
  const retryInfo = {
    '@type': 'type.googleapis.com/google.rpc.RetryInfo',
    retryDelay: `${retryAfterSeconds}s`,
  };
  return new GeminiApiError(
    429,
    'RESOURCE_EXHAUSTED',
    'You exceeded your current quota, please check your plan and billing details.',
    [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [
          {
            quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
            quotaId,
          },
        ],
      },
      ...(retryAfterSeconds === undefined ? [] : [retryInfo]),
    ],
  );
}

export function invalidArgument(message: string, violations?: object[]): GeminiApiError {
  const details = violations && [
    { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations },
  ];
  return new GeminiApiError(400, 'INVALID_ARGUMENT', message, details);
}
