import type { Environment } from './environment.js';

/** An external service that a sandbox can replace. */
export type SandboxProvider = 'sms' | 'llm' | 'billing';

/** The services that a sandbox replaces. */
export function sandboxProviders(env: Environment): SandboxProvider[] {
  const providers: SandboxProvider[] = [];
  if ((env.OTP_DELIVERY ?? 'sandbox') === 'sandbox') providers.push('sms');
  if (env.LLM_PROVIDERS.includes('gemini') && !env.GEMINI_API_KEY) providers.push('llm');
  if ((env.BILLING ?? 'stripe') === 'stripe' && !env.STRIPE_SECRET_KEY) providers.push('billing');
  return providers;
}
