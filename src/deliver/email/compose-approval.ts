/** Writes the mail that asks a signatory to look at a batch and decide: as text and as a page that say the same. */

import { textDirection } from '../../domain/language.ts';
import { fillText } from '../../domain/template.ts';
import { invalidInput } from '../../errors.ts';
import { approvalWords } from './approval-words.ts';
import { escapeHtml, frameMail } from './mail-frame.ts';
import { headerText } from './mailbox.ts';

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
  const url = URL.parse(input.url);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw invalidInput('the link must start with http:// or https://');
  const { words, language } = approvalWords(input.language);
  const direction = textDirection(language);
  const expires = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  const oneLine = {
    organization: headerText(input.organizationName),
    batch: headerText(input.batchName),
    signatory: headerText(input.signatoryName),
    template: headerText(input.templateName),
    certificates: new Intl.NumberFormat(language).format(input.certificates),
    expires: `${expires.format(input.expiresAt)} UTC`,
  };
  const inText = mapValues(oneLine, (value) => (direction === 'rtl' ? `\u2068${value}\u2069` : value));
  const inHtml = mapValues(oneLine, (value) => `<bdi>${escapeHtml(value)}</bdi>`);
  const asHtml = (text: string) => fillText(escapeHtml(text), inHtml);
  const facts = (['batch', 'template', 'certificates', 'expires'] as const).map((name) => ({
    label: words[name],
    name,
  }));
  const subject = headerText(fillText(words.subject, oneLine));
  const text = [
    fillText(words.greeting, inText),
    ...words.body.map((part) => fillText(part, inText)),
    `${words.button}:\n${url.href}`,
    facts.map(({ label, name }) => `${label}: ${inText[name]}`).join('\n'),
    `-- \n${fillText(words.footer, inText)}`,
  ];
  const html = frameMail({
    language,
    direction,
    title: escapeHtml(subject),
    organization: inHtml.organization,
    heading: inHtml.batch,
    greeting: asHtml(words.greeting),
    paragraphs: words.body.map(asHtml),
    facts: facts.map(({ label, name }) => ({ label: escapeHtml(label), value: inHtml[name] })),
    url: escapeHtml(url.href),
    button: escapeHtml(words.button),
    linkIntro: escapeHtml(words.link),
    footer: asHtml(words.footer),
  });
  return { subject, text: `${text.join('\n\n')}\n`, html };
}

function mapValues<Name extends string>(values: Record<Name, string>, change: (value: string) => string) {
  return Object.fromEntries(Object.entries<string>(values).map(([name, value]) => [name, change(value)])) as Record<
    Name,
    string
  >;
}
