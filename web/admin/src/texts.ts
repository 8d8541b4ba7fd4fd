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
};

export type Texts = typeof en;
export const texts: Texts = en;
