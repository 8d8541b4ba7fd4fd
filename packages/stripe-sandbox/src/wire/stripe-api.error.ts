import type Stripe from 'stripe';

/** Fields of the `error` of a response beside its message: https://docs.stripe.com/api/errors */
export interface StripeErrorDetails {
  type?: Stripe.RawErrorType;
  code?: string;
  param?: string;
  decline_code?: string;
}

/** An error in Stripe's shape. */
export class StripeApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: StripeErrorDetails = {},
  ) {
    super(message);
    this.name = 'StripeApiError';
  }

  toBody(): { error: object } {
    const { type = 'invalid_request_error', code, ...rest } = this.details;
    return {
      error: {
        ...(code !== undefined && { code, doc_url: `https://docs.stripe.com/error-codes/${docName(code)}` }),
        message: this.message,
        ...rest,
        type,
      },
    };
  }

  /** There is nothing under this id: 404 where the id is in the path, 400 where another parameter names it. */
  static missing(what: string, id: string, param = 'id'): StripeApiError {
    return new StripeApiError(param === 'id' ? 404 : 400, `No such ${what}: '${id}'`, {
      code: 'resource_missing',
      param,
    });
  }

  /** The error of an invalid value. */
  static invalid(param: string, message: string, code?: string): StripeApiError {
    return new StripeApiError(400, message, { ...(code !== undefined && { code }), param });
  }
}

const docName = (code: string): string => code.replaceAll('_', '-');
