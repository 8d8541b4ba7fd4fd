import type { Environment } from './environment.js';

/** An outside world that a local stand-in can replace. */
export type SandboxProvider = 'sms' | 'llm' | 'billing';

/** Which outside worlds a sandbox stands in for. */
export function sandboxProviders(env: Environment): SandboxProvider[] {
  const providers: SandboxProvider[] = [];
  if ((env.OTP_DELIVERY ?? 'sandbox') === 'sandbox') providers.push('sms');
  if (env.LLM_PROVIDERS.includes('gemini') && !env.GEMINI_API_KEY) providers.push('llm');
  if ((env.BILLING ?? 'stripe') === 'stripe' && !env.STRIPE_SECRET_KEY) providers.push('billing');
  return providers;
}
