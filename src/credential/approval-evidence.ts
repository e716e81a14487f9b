/** What a credential says of an approval: an Open Badges piece of evidence without an address, told in the template's language. */

import { primaryLanguage } from '../domain/language.ts';

export interface ApprovalEvidence {
  /** Different for each place, so that no two pieces of evidence are alike. */
  name: string;
  narrative: string;
}

export interface Approved {
  slot: number;
  name: string;
  designation: string;
  /** `YYYY-MM-DD`, UTC. */
  day: string;
}

type Words = (approved: { slot: number; who: string; day: string }) => ApprovalEvidence;

const words: Record<string, Words> = {
  en: ({ slot, who, day }) => ({
    name: `Approval, signatory ${slot}`,
    narrative: `${who} approved the issue of this credential on ${day}.`,
  }),
  es: ({ slot, who, day }) => ({
    name: `Aprobación, firmante ${slot}`,
    narrative: `${who} aprobó la emisión de esta credencial el ${day}.`,
  }),
  ar: ({ slot, who, day }) => ({
    name: `موافقة، الموقّع ${slot}`,
    narrative: `وافق ${who} على إصدار هذه الشهادة بتاريخ ${day}.`,
  }),
  fr: ({ slot, who, day }) => ({
    name: `Approbation, signataire ${slot}`,
    narrative: `${who} a approuvé l’émission de ce titre le ${day}.`,
  }),
  de: ({ slot, who, day }) => ({
    name: `Freigabe, unterzeichnende Person ${slot}`,
    narrative: `${who} hat die Ausstellung dieses Nachweises am ${day} freigegeben.`,
  }),
};

export function approvalEvidence({ slot, name, designation, day }: Approved, language: string): ApprovalEvidence {
  const who = (designation === '' ? name : `${name} (${designation})`).toWellFormed();
  const primary = primaryLanguage(language);
  const say = (Object.hasOwn(words, primary) ? words[primary] : words.en) as Words;
  return say({ slot, who, day });
}
