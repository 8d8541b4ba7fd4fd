import type { EntityManager } from 'typeorm';

/** A text to send. */
export interface Sms {
  /** Equal for every try of one message, so that a receiver recognises a repeat. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
}

/** Sends an SMS. A port with three implementations: sandbox, Twilio and a signed webhook. */
export abstract class SmsSender {
  /**
   * Resolves when the provider has accepted the message.
   * @throws SmsFailure otherwise
   */
  abstract send(sms: Sms): Promise<void>;

  /**
   * Deletes the texts of a deleted account that this server stores, in the same transaction. Copies at a provider are not
   * affected.
   */
  abstract forget(mobileNumber: string, manager: EntityManager): Promise<void>;
}

/** The provider did not accept a message. The error contains no number and no code (promise 10). */
export class SmsFailure extends Error {
  /** @param permanent true if no retry can succeed, because the number is the cause */
  constructor(
    message: string,
    readonly permanent = false,
  ) {
    super(message);
    this.name = 'SmsFailure';
  }
}
