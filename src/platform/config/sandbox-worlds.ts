import type { Environment } from './environment.js';

/** An outside world that a local stand-in can replace. */
export type World = 'sms' | 'llm' | 'billing';

/** Which outside worlds a sandbox stands in for. */
export function sandboxWorlds(env: Environment): World[] {
  const worlds: World[] = [];
  if ((env.OTP_DELIVERY ?? 'sandbox') === 'sandbox') worlds.push('sms');
  if (env.LLM_PROVIDERS.includes('gemini') && !env.GEMINI_API_KEY) worlds.push('llm');
  if ((env.BILLING ?? 'stripe') === 'stripe' && !env.STRIPE_SECRET_KEY) worlds.push('billing');
  return worlds;
}
