/** Writes the mail that asks a signatory to look at a batch and decide. */

import { approvalWords } from './approval-words.ts';
import { composeLinkMail, mailInstant } from './compose-link.ts';

export interface ApprovalMail {
  signatoryName: string;
  organizationName: string;
  batchName: string;
  templateName: string;
  /** How many are waiting for approval. */
  certificates: number;
  expiresAt: Date;
  /** The one-time link; absolute, http or https. */
  url: string;
  /** BCP 47: the template's. */
  language: string;
}

/** Throws `invalid_input` when the link is not http or https. */
export function composeApprovalMail(input: ApprovalMail): { subject: string; text: string; html: string } {
  const { words, language } = approvalWords(input.language);
  const names = ['batch', 'template', 'certificates', 'expires'] as const;
  return composeLinkMail({
    words,
    language,
    values: {
      organization: input.organizationName,
      batch: input.batchName,
      signatory: input.signatoryName,
      template: input.templateName,
      certificates: new Intl.NumberFormat(language).format(input.certificates),
      expires: mailInstant(input.expiresAt, language),
    },
    heading: 'batch',
    facts: names.map((name) => ({ label: words[name], name })),
    url: input.url,
  });
}
