import { plural, texts as shared } from '../../ui/texts.js';

/** Every text of the operators' panel, beside those of the parts that it shares with the console (web/ui). */
const en = {
  ...shared,
  product: 'Operators’ panel',
  plural,

  entrance: {
    opening: 'Opening the panel…',
    noOperator: 'No access',
    notAdmin: 'This account is not an operator’s.',
    grantLead: 'Roles are granted on the server alone. Run this there, and try again:',
    grantCommand: (number: string | null) => `npm run admin:grant -- ${number ?? '+14155550100'}`,
    otherAccount: 'Use another account',
  },

  signOut: 'Sign out',
  filters: 'Filters',
  find: 'Find',
  refresh: 'Refresh',
  exportCsv: 'Export CSV',
  exported: (rows: number) => `${plural(rows, 'row', 'rows')} exported.`,
  reason: 'Reason',
  reasonHint: 'Kept in the audit log. No personal data here.',
  actsTitle: 'Acts',

  sections: {
    today: 'Overview',
    users: 'Users',
    replies: 'Replies',
    queues: 'Queues',
    rooms: 'Rooms',
    subscriptions: 'Subscriptions',
    events: 'Webhook events',
    audit: 'Audit log',
  },

  columns: {
    id: 'Id',
    name: 'Name',
    user: 'User',
    userId: 'User id',
    state: 'State',
    error: 'Error',
    created: 'Created',
    act: 'Act',
  },

  today: {
    empty: 'You are the only user so far.',
    emptyAdvice:
      'Connect your app, or send a first message in the console. Another operator signs in once; then run npm run admin:grant with their number on the server.',
  },

  users: {
    number: 'Mobile number',
    tier: 'Tier',
    tiers: [
      ['', 'All'],
      ['basic', 'Basic'],
      ['pro', 'Pro'],
    ] as const,
    usedToday: 'Used today',
    rooms: 'Rooms',
    messages: 'Messages',
    sessions: 'Sessions',
    lastUsed: 'Last used',
    tierEnds: 'Tier ends',
    grantedUntil: 'Pro granted until',
    email: 'E-mail',
    identities: 'Identities',
    notFound: 'No account has this number.',
    none: 'There are no accounts.',
    unnamed: 'No name',
    back: 'All users',
    records: 'Records',
    failedReplies: 'Failed replies',
    suspended: 'suspended',
    admin: 'operator',
    active: 'active',
    adminLead: 'This is an operator’s account.',
    adminAdvice:
      'It cannot be suspended, deleted or given another number. Revoke the role first, on the server: npm run admin:revoke.',
    acts: {
      until: 'Pro until the end of (UTC)',
      newNumber: 'New number',
      ban: (who: string) => ({
        label: 'Suspend',
        title: `Suspend ${who}?`,
        before:
          'Its sessions end and its streams close within two seconds. Signing in is refused until you lift it. Replies that are being written go on. A subscription goes on: cancel it at Stripe.',
      }),
      banned: (who: string) => `${who} is suspended. Its sessions have ended.`,
      unban: (who: string) => ({
        label: 'Lift suspension',
        title: `Lift the suspension of ${who}?`,
        before: 'The user can sign in again. Sessions that have ended stay ended.',
      }),
      unbanned: (who: string) => `${who} can sign in again.`,
      grant: (who: string) => ({
        label: 'Grant Pro',
        title: `Grant Pro to ${who}?`,
        before: 'The account is Pro until that day is over, whatever Stripe says. Nothing is charged.',
      }),
      granted: (who: string, until: string) => `${who} is Pro until the end of ${until}.`,
      endGrant: (who: string) => ({
        label: 'End grant',
        title: `End the grant of ${who}?`,
        before: 'Pro that was granted ends now. A paid subscription is not affected.',
      }),
      grantEnded: (who: string) => `The grant of ${who} has ended.`,
      revoke: (who: string, count: number) => ({
        label: 'End sessions',
        title: `End the sessions of ${who}?`,
        before: `${plural(count, 'live session ends', 'live sessions end')}, on every device within two seconds. The user signs in again.`,
      }),
      revoked: (who: string) => `The sessions of ${who} have ended.`,
      number: (who: string) => ({
        label: 'Change number',
        title: `Change the number of ${who}?`,
        before:
          'Verify the user’s identity first. All sessions end, codes to the old number become invalid and the password is removed: the user signs in with a code to the new number.',
      }),
      numberChanged: (number: string) => `The number is ${number} now. All sessions have ended.`,
      reconcile: (who: string) => ({
        label: 'Reconcile',
        title: `Reconcile ${who} with Stripe?`,
        before: 'Asks Stripe for the subscription now and applies what it says.',
      }),
      reconciled: (who: string) => `${who} is as Stripe has it.`,
      delete: (who: string) => ({
        label: 'Delete account',
        title: `Delete ${who}?`,
        before:
          'The account, its rooms and its messages are deleted, and its subscription is cancelled. This cannot be undone. Entries of the audit log remain.',
      }),
      deleted: (who: string) => `${who} is deleted.`,
    },
  },

  replies: {
    model: 'Model',
    attempt: 'Attempt',
    retries: 'Retries',
    none: (state: string) => `No reply is ${state}.`,
    retry: 'Retry',
    retryOf: (id: string) => `Retry ${id}`,
    retryTitle: 'Retry this reply?',
    retryLead:
      'The model is asked again, in place. The user is not charged. A reply can be retried three times.',
    retried: 'The reply is queued again.',
  },

  queues: {
    running: 'running',
    paused: 'paused',
    depth: 'Depth',
    waiting: 'Waiting',
    active: 'Active',
    delayed: 'Delayed',
    failed: 'Failed',
    queue: 'Queue',
    job: 'Job',
    tries: 'Tries',
    failedAt: 'Failed at',
    failedTitle: 'Failed jobs',
    noFailed: 'No job has failed.',
    pause: (name: string) => ({
      label: 'Pause',
      name: `Pause ${name}`,
      title: `Pause ${name}?`,
      before: `Workers start no other job of ${name} until it is resumed, also after a restart. Jobs that run go on.${name === 'replies' ? ' Messages are still accepted; replies fail when their deadline passes.' : ''}`,
    }),
    pausedNow: (name: string) => `${name} is paused.`,
    resume: (name: string, waiting: number) => ({
      label: 'Resume',
      name: `Resume ${name}`,
      title: `Resume ${name}?`,
      before: `Workers go on with the ${plural(waiting, 'job that waits', 'jobs that wait')}.`,
    }),
    resumed: (name: string) => `${name} runs again.`,
    retry: (id: string) => ({
      label: 'Retry',
      name: `Retry ${id}`,
      title: 'Retry this job?',
      before: 'The job waits again, and a worker runs it.',
    }),
    retried: 'The job waits again.',
  },

  rooms: {
    messages: 'Messages',
    lastMessage: 'Last message',
    none: 'There are no rooms.',
    read: 'Read',
    readOf: (id: string) => `Read room ${id}`,
    readTitle: 'Open this room for reading?',
    readLead:
      'It is open to you alone for 30 minutes. The reason and each page that you read are in the audit log and in the owner’s data export. Needs ADMIN_CAN_READ_MESSAGES=on.',
    reasonHint: '10 to 500 characters. The owner sees it.',
    opened: 'The room is open to you for 30 minutes.',
    texts: 'Messages of the room',
    openUntil: (time: string) => `Open to you until ${time}.`,
    recorded: 'Each page that you read is recorded.',
    owner: 'User',
    answer: 'Answer',
    earlier: 'Earlier messages',
  },

  subscriptions: {
    price: 'Price',
    periodEnds: 'Period ends',
    ends: 'Ends',
    started: 'Started',
    none: 'There are no subscriptions.',
    reconcile: (id: string) => ({
      label: 'Reconcile',
      name: `Reconcile ${id}`,
      title: 'Reconcile with Stripe?',
      before: 'Asks Stripe for this user’s subscription now and applies what it says.',
    }),
    reconciled: (tier: string) => `Stripe was asked. The account is ${tier}.`,
  },

  events: {
    type: 'Type',
    tries: 'Tries',
    received: 'Received',
    handled: 'Handled',
    none: 'No event has arrived.',
    states: [
      ['', 'All'],
      ['failed', 'Failed'],
      ['received', 'Received'],
      ['ignored', 'Ignored'],
      ['handled', 'Handled'],
    ] as const,
    replay: (id: string) => ({
      label: 'Replay',
      name: `Replay ${id}`,
      title: 'Replay this event?',
      before: 'It is handled again: Stripe is asked for the present state, and that is applied.',
    }),
    replayed: (id: string) => `${id} is being handled again.`,
  },

  audit: {
    lead: 'Every act of an operator. Entries cannot be changed or deleted.',
    at: 'Time',
    action: 'Action',
    actor: 'Operator',
    actorId: 'Operator id',
    commandLine: 'command line',
    target: 'Target',
    details: 'Details',
    none: 'Nothing has been done yet.',
  },
};

export type Texts = typeof en;
export const texts: Texts = en;
