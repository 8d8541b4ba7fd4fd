import { symbol } from '../values/hints.js';

/** Bodies that succeed more often than generated ones, by operationId. An operation without a recipe gets {}. */
export const RECIPES: Record<string, Record<string, unknown>> = {
  updateMe: { name: 'kanari' },
  signUp: { mobile_number: symbol('newMobile'), name: 'kanari' },
  sendOtp: { mobile_number: symbol('newMobile') },
  forgotPassword: { mobile_number: symbol('newMobile') },
  verifyOtp: {
    mobile_number: symbol('ownMobile'),
    otp: symbol('wrongCode'),
    challenge_id: symbol('challenge'),
  },
  resetPassword: {
    mobile_number: symbol('ownMobile'),
    otp: symbol('wrongCode'),
    challenge_id: symbol('challenge'),
    new_password: 'kanari battery horse',
  },
  logIn: { mobile_number: symbol('ownMobile'), password: symbol('password') },
  refreshTokens: { refresh_token: symbol('refreshToken') },
  logOut: { refresh_token: symbol('oldRefreshToken') },
  changePassword: { new_password: 'kanari battery stable' },
  requestNumberChange: { mobile_number: symbol('newMobile') },
  confirmNumberChange: { otp: symbol('wrongCode'), challenge_id: symbol('challenge') },
  createChatroom: { name: 'kanari room', system_prompt: 'kanari prompt' },
  updateChatroom: { name: 'kanari renamed' },
  sendMessage: { content: 'kanari [[sandbox: fast]]' },
  sendMessageStream: { content: 'kanari [[sandbox: fast]]' },
  editMessage: { content: 'kanari edited [[sandbox: fast]]' },
  giveFeedback: { rating: 'up', tags: ['kanari tag'], comment: 'kanari comment' },
  grantPro: { until: '2199-01-01T00:00:00Z' },
  replaceNumber: { mobile_number: symbol('newMobile') },
  openRoom: { reason: 'kanari asked for it' },
  advanceSandboxClock: { advance_seconds: 0 },
  scriptSandboxModel: { scripts: [] },
  scriptSandboxStripe: { scripts: [] },
  actInSandboxStripe: { act: 'resend_event', id: symbol('eventId') },
  takeStripeEvent: {
    id: symbol('eventId'),
    object: 'event',
    type: 'customer.subscription.updated',
    created: 1_795_000_000,
    livemode: false,
    data: {
      object: { id: 'sub_kanari', object: 'subscription', customer: symbol('customer'), status: 'active' },
    },
  },
};
