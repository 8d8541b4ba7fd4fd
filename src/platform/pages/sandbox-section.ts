import type { Config } from '../config/config.js';
import type { SandboxProvider } from '../config/sandbox-providers.js';
import { inlineCode } from './html.js';

interface ProviderText {
  name: string;
  standIn: string;
  real: string;
}

const WORLDS: Record<SandboxProvider, ProviderText> = {
  sms: {
    name: 'Text messages',
    standIn: 'Codes are not sent: they are kept in an inbox.',
    real: 'Codes are sent to the phone.',
  },
  llm: {
    name: 'Language model',
    standIn: 'A scripted model answers. `[[sandbox: slow]]` in a message slows it down.',
    real: 'The configured models answer.',
  },
  billing: {
    name: 'Payments',
    standIn: 'Checkout and portal are pages of the sandbox: no money moves.',
    real: 'Stripe takes real payments, or test ones with a test key.',
  },
};

/** Which outside worlds are stand-ins, and where to look into them. */
export function sandboxSection(config: Config): string {
  const names = Object.keys(WORLDS) as SandboxProvider[];
  const intro =
    config.sandbox.providers.length > 0
      ? 'Stand-ins replace outside services. Nothing leaves this machine for them, and every answer names them in its <code>Sandbox</code> header.'
      : 'No stand-in is on: every outside service is the real one.';
  return `<h2>Sandbox</h2>
<p class="soft">${intro}</p>
<ul class="cards">
${names.map((world) => providerCard(world, config)).join('\n')}
</ul>`;
}

function providerCard(world: SandboxProvider, config: Config): string {
  const { name, standIn, real } = WORLDS[world];
  const [badge, text] = config.sandbox.providers.includes(world)
    ? ['<span class="badge warn">stand-in</span>', standIn]
    : world === 'billing' && !config.billing.on
      ? ['<span class="badge">off</span>', 'There are no routes for payments.']
      : ['<span class="badge good">real</span>', real];
  const inbox =
    world === 'sms' && config.sandbox.providers.includes('sms')
      ? ` <a href="/sandbox/sms">Open the SMS inbox</a>${config.sandbox.public ? '' : ' (from this machine only)'}.`
      : '';
  return `<li class="card">${badge}<h3>${name}</h3><p>${inlineCode(text)}${inbox}</p></li>`;
}
