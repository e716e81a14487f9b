/** Writes the mail with the link that opens a member's wallet. */

import { composeLinkMail, mailInstant } from './compose-link.ts';
import { walletWords } from './wallet-words.ts';

export interface WalletMail {
  memberName: string;
  organizationName: string;
  expiresAt: Date;
  /** The one-time link; absolute, http or https. */
  url: string;
  /** BCP 47. */
  language: string;
}

/** Throws `invalid_input` when the link is not http or https. */
export function composeWalletMail(input: WalletMail): { subject: string; text: string; html: string } {
  const { words, language } = walletWords(input.language);
  return composeLinkMail({
    words,
    language,
    values: {
      organization: input.organizationName,
      member: input.memberName,
      title: words.title,
      expires: mailInstant(input.expiresAt, language),
    },
    heading: 'title',
    facts: [{ label: words.expires, name: 'expires' }],
    url: input.url,
  });
}
