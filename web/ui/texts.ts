/** The texts of the parts that the console and the operators' panel share. */
export const plural = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

const en = {
  language: 'en',
  copied: 'Copied',
  unknownDevice: 'Unknown device',

  crash: {
    title: 'This page has stopped.',
    advice: 'Nothing is lost. Reload it to go on.',
    reload: 'Reload',
  },

  units: {
    seconds: (count: number) => `${count} s`,
    minutes: (count: number) => `${count} min`,
    hours: (count: number) => `${count} h`,
    days: (count: number) => plural(count, 'day', 'days'),
  },

  common: {
    cancel: 'Cancel',
    close: 'Close',
    save: 'Save',
    saved: 'Saved',
    loading: 'Loading…',
    tryAgain: 'Try again',
    more: 'Show more',
    dismiss: 'Dismiss',
    requestId: (id: string) => `Request ${id}`,
  },

  theme: {
    label: 'Appearance',
    field: 'Colours',
    system: 'As the system',
    light: 'Light',
    dark: 'Dark',
  },

  connection: {
    offline: 'No connection. What you write is kept, and goes on by itself.',
    ended: 'Your session has ended. Sign in again.',
  },

  signIn: {
    title: 'Sign in',
    lead: 'A code by SMS is all you need. A new number gets a new account.',
    mobileNumber: 'Mobile number',
    mobileHint: 'With the country code, such as +91 98765 43210.',
    sandboxHint: 'This is a sandbox: any 8 to 15 digits will do, and no SMS leaves this machine.',
    name: 'Name (optional)',
    nameHint: 'For a new account. You can change it later.',
    sendCode: 'Send code',
    codeTitle: 'Enter the code',
    codeLead: (number: string) => `We sent a code to ${number}.`,
    code: 'Code',
    submit: 'Sign in',
    resend: 'Send it again',
    resendIn: (time: string) => `Send it again in ${time}`,
    resent: 'The same code was sent again.',
    otherNumber: 'Use another number',
    phone: 'Phone in the sandbox',
    phoneFrom: 'Messages',
    phoneNow: 'now',
    sms: (code: string) => `${code} is your code. Do not share it.`,
    useCode: 'Use this code',
  },

  stepUp: {
    title: 'Is it you?',
    lead: 'This cannot be undone, so it takes a code sent to your own number.',
    submit: 'Confirm',
  },

  problems: {
    expired: 'This message is a day old.',
    expiredAdvice: 'Look whether it has arrived. If not, try again or discard it.',
    network: 'The server could not be reached.',
    networkAdvice: 'Check your connection. It is tried again by itself.',
    unexpected: 'Something went wrong in this page.',
    unexpectedAdvice: 'Reload it. Nothing that was sent is lost.',
    wait: (seconds: number) => `Try again in ${seconds} s.`,
    /** In place of the API's detail, where that speaks to developers. */
    titles: {
      otp_invalid: 'The code is wrong or has expired.',
      not_found: 'This is no longer there.',
    } as Record<string, string>,
    /** Advice by the `code` of a problem. */
    advice: {
      validation_failed: 'Correct what is marked and try again.',
      otp_invalid: 'Type it again, or have a new code sent.',
      otp_send_limited: 'A code that has arrived can still be used.',
      otp_attempts_exceeded: 'Have a new code sent.',
      account_suspended: 'Only the operator can lift this.',
      not_found: 'It may have been deleted in another window.',
      already_subscribed: 'Your subscription is under Account.',
      no_subscription: 'Look at your plan under Account.',
      not_cancelling: 'Look at your plan under Account.',
      reply_in_progress: 'Wait for the answer that is being written, or stop it.',
      not_retriable: 'Send your message again as a new one.',
      room_limit_reached: 'Delete chats that you no longer need. Archived ones count, too.',
      payload_too_large: 'Make the text shorter.',
      mobile_number_taken: 'Sign in with that number, or use another one.',
      internal_error: 'Try again. If it stays, tell the operator the request’s id.',
      billing_misconfigured: 'Paying does not work right now. Tell the operator the request’s id.',
      unavailable: 'Try again in a moment.',
      session_ended: 'Sign in again.',
    } as Record<string, string>,
  },
};

export type Texts = typeof en;
export const texts: Texts = en;
