import type { EntityManager } from 'typeorm';

/** A text to be sent. */
export interface Sms {
  /** The same for every try of one message, so that a receiver can tell a repeat. */
  id: string;
  /** E.164. */
  to: string;
  text: string;
}

/** Sends an SMS. The port: sandbox, Twilio and a signed webhook stand behind it. */
export abstract class SmsSender {
  /**
   * Resolves when the provider has taken the message.
   * @throws SmsFailure when it has not
   */
  abstract send(sms: Sms): Promise<void>;

  /** The number's account is deleted: texts that are kept here go in the same transaction. What a provider keeps is its own. */
  abstract forget(mobileNumber: string, manager: EntityManager): Promise<void>;
}

/** The provider did not take a message. Its text names no number and no code (promise 10). */
export class SmsFailure extends Error {
  /** @param permanent this message will never be taken, however often it is tried: the fault is the number's */
  constructor(
    message: string,
    readonly permanent = false,
  ) {
    super(message);
    this.name = 'SmsFailure';
  }
}
