import { InitialSchema1795000000000 } from './1795000000000-initial-schema.js';
import { StopRequests1796000000000 } from './1796000000000-stop-requests.js';
import { LiveRepliesOfAUser1796000100000 } from './1796000100000-live-replies-of-a-user.js';
import { AnswersToGoOnFrom1796000200000 } from './1796000200000-answers-to-go-on-from.js';
import { Billing1797000000000 } from './1797000000000-billing.js';
import { SandboxStripe1797000100000 } from './1797000100000-sandbox-stripe.js';
import { AccountEndings1798000000000 } from './1798000000000-account-endings.js';
import { Operators1798000100000 } from './1798000100000-operators.js';
import { ExternalIdentities1798000200000 } from './1798000200000-external-identities.js';
import { ImportedRows1798000300000 } from './1798000300000-imported-rows.js';
import { EventsOfACustomer1798000400000 } from './1798000400000-events-of-a-customer.js';
import { RoomsOfAPerson1798000500002 } from './1798000500002-rooms-of-a-person.js';
import { RefusedMessages1798000600003 } from './1798000600003-refused-messages.js';
import { WhatASubscriptionIsPaidUntil1798000600012 } from './1798000600012-what-a-subscription-is-paid-until.js';
import { SignInNetworks1798000700001 } from './1798000700001-sign-in-networks.js';
import { SlotsOfReplies1798000800000 } from './1798000800000-slots-of-replies.js';
import { RequestIds1798001000000 } from './1798001000000-request-ids.js';
import { BranchesOfARoom1798002000000 } from './1798002000000-branches-of-a-room.js';
import { Feedback1798003000000 } from './1798003000000-feedback.js';
import { RatedReplies1798003100000 } from './1798003100000-rated-replies.js';
import { Search1798003500000 } from './1798003500000-search.js';
import { SearchOfOldMessages1798003600000 } from './1798003600000-search-of-old-messages.js';
import { OutgoingEvents1798004000000 } from './1798004000000-outgoing-events.js';
import { DailyNumbers1798005000000 } from './1798005000000-daily-numbers.js';
import { TraceContexts1798007000000 } from './1798007000000-trace-contexts.js';
import { BusyRooms1798007050000 } from './1798007050000-busy-rooms.js';
import { ProvidersOfReplies1798007100000 } from './1798007100000-providers-of-replies.js';
import { ModelNamedRooms1798008000000 } from './1798008000000-model-named-rooms.js';
import { SiblingsUnderLock1798009000000 } from './1798009000000-siblings-under-lock.js';
import { StepsByKey1798010000000 } from './1798010000000-steps-by-key.js';
import { AllSessionsOfAUser1798010100000 } from './1798010100000-all-sessions-of-a-user.js';

/** Every migration, oldest first. Listed, not globbed: the order is part of the code. */
export const MIGRATIONS = [
  InitialSchema1795000000000,
  StopRequests1796000000000,
  LiveRepliesOfAUser1796000100000,
  AnswersToGoOnFrom1796000200000,
  Billing1797000000000,
  SandboxStripe1797000100000,
  AccountEndings1798000000000,
  Operators1798000100000,
  ExternalIdentities1798000200000,
  ImportedRows1798000300000,
  EventsOfACustomer1798000400000,
  RoomsOfAPerson1798000500002,
  RefusedMessages1798000600003,
  WhatASubscriptionIsPaidUntil1798000600012,
  SignInNetworks1798000700001,
  SlotsOfReplies1798000800000,
  RequestIds1798001000000,
  BranchesOfARoom1798002000000,
  Feedback1798003000000,
  RatedReplies1798003100000,
  Search1798003500000,
  SearchOfOldMessages1798003600000,
  OutgoingEvents1798004000000,
  DailyNumbers1798005000000,
  TraceContexts1798007000000,
  BusyRooms1798007050000,
  ProvidersOfReplies1798007100000,
  ModelNamedRooms1798008000000,
  SiblingsUnderLock1798009000000,
  StepsByKey1798010000000,
  AllSessionsOfAUser1798010100000,
];
