import type { StripeSandbox } from '@chat-backend/stripe-sandbox';

/** A year of what the sandbox sells by the month. */
const CREDIT = 24_000;

/** Actions without a page, by name; each takes the id of the object that it applies to. */
const BY_NAME = {
  fail_next_renewal: (sandbox: StripeSandbox, subscription: string) => sandbox.failNextRenewal(subscription),
  cancel_now: (sandbox: StripeSandbox, subscription: string) => sandbox.cancelNow(subscription),
  cancel_in_300_days: (sandbox: StripeSandbox, subscription: string) =>
    sandbox.schedule(subscription, { endsInDays: 300 }),
  pause_collection: (sandbox: StripeSandbox, subscription: string) =>
    sandbox.pauseCollection(subscription, 'void'),
  resume_collection: (sandbox: StripeSandbox, subscription: string) =>
    sandbox.pauseCollection(subscription, null),
  give_credit: (sandbox: StripeSandbox, customer: string) => sandbox.giveCredit(customer, CREDIT),
  pause: (sandbox: StripeSandbox, subscription: string) => sandbox.pause(subscription),
  resume: (sandbox: StripeSandbox, subscription: string) => sandbox.resume(subscription),
  refund: (sandbox: StripeSandbox, id: string) => sandbox.refund(paid(id)),
  open_dispute: (sandbox: StripeSandbox, id: string) => sandbox.openDispute(paid(id)),
  win_dispute: (sandbox: StripeSandbox, dispute: string) => sandbox.closeDispute(dispute, 'won'),
  lose_dispute: (sandbox: StripeSandbox, dispute: string) => sandbox.closeDispute(dispute, 'lost'),
  delete_customer: (sandbox: StripeSandbox, customer: string) => sandbox.deleteCustomer(customer),
  resend_event: (sandbox: StripeSandbox, event: string) => sandbox.webhooks.resend(event),
} satisfies Record<string, (sandbox: StripeSandbox, id: string) => Promise<unknown>>;

export type ActName = keyof typeof BY_NAME;
export const ACTS = Object.keys(BY_NAME) as ActName[];

/** @throws StripeApiError for an action that is not possible */
export async function doAct(sandbox: StripeSandbox, act: ActName, id: string): Promise<void> {
  await BY_NAME[act](sandbox, id);
}

const paid = (id: string) => (id.startsWith('ch_') ? { charge: id } : { subscription: id });
