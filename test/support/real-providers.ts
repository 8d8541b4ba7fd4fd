/** Settings of a production deployment on any platform: every external service is set, so that no sandbox is on. */
export const REAL_WORLDS = {
  APP_URL: 'https://api.chat.dev',
  OTP_DELIVERY: 'webhook',
  SMS_WEBHOOK_URL: 'https://sms.chat.dev/send',
  SMS_WEBHOOK_SECRET: 'whsec_Zk3VtYw9mXcR5sLh2NfPdGa8E',
  GEMINI_API_KEY: 'AIzaSyD-k3VtYw9mXcR5sL',
  BILLING: 'off',
};
