/** Writes the mail that tells one person of one certificate: by the template's words or by ours, as text and as a page that say the same. */

import { textDirection } from '../../domain/language.ts';
import type { DisplayValues } from '../../domain/placeholder.ts';
import { fillText, type Template } from '../../domain/template.ts';
import { invalidInput } from '../../errors.ts';
import { escapeHtml, frameMail } from './mail-frame.ts';
import { type MailWords, mailWords } from './mail-words.ts';
import { headerText } from './mailbox.ts';

export interface CertificateMail {
  template: Template;
  values: DisplayValues;
  organizationName: string;
  /** Absolute, http or https. */
  verificationUrl: string;
  /** BCP 47: the language of the frame around the template's words, and of the defaults. */
  language: string;
  /** Where members find it among all theirs; absolute. Undefined where the recipient is none. */
  walletUrl?: string;
}

/** Throws `invalid_input` when the verification address is not http or https: it becomes a link. */
export function composeCertificateMail(input: CertificateMail): { subject: string; text: string; html: string } {
  const url = URL.parse(input.verificationUrl);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw invalidInput('the verification address must start with http:// or https://');
  const { words, language } = mailWords(input.language);
  const own = input.template.mail;
  const plain: DisplayValues = {
    ...input.values,
    organization_name: input.organizationName,
    verification_url: url.href,
    '#achievement': input.template.achievement.name,
  };
  const said = {
    subject: own?.subject ?? words.subject,
    greeting: own ? own.greeting : words.greeting,
    body: own ? own.body : words.body,
  };
  const facts = factsOf(words, plain);

  // The template's language is that of its words; where we have no words of that language, ours around them are English.
  const documentLanguage = own ? input.language : language;
  const direction = textDirection(documentLanguage);
  const subject = headerText(fillText(said.subject, plain));
  const inText = isolateAll(plain, direction);
  const inHtml = markUpAll(plain);
  const asHtml = (text: string) => fillText(escapeHtml(text), inHtml).replace(/\r\n?|\n/g, '<br/>');

  const text = [
    fillText(said.greeting, inText).trim(),
    fillText(said.body, inText).trim(),
    `${words.button}:\n${url.href}`,
    input.walletUrl === undefined ? '' : `${words.wallet}\n${input.walletUrl}`,
    facts.map(({ label, name }) => `${label}: ${inText[name]}`).join('\n'),
    `-- \n${fillText(words.footer, inText)}`,
  ];
  const html = frameMail({
    language: escapeHtml(documentLanguage),
    direction,
    title: escapeHtml(subject),
    organization: inHtml.organization_name ?? '',
    heading: inHtml['#achievement'] ?? '',
    greeting: asHtml(said.greeting.trim()),
    paragraphs: said.body
      .split(/(?:\r\n?|\n)[ \t]*(?:\r\n?|\n)\s*/)
      .map((part) => asHtml(part.trim()))
      .filter((part) => part !== ''),
    facts: facts.map(({ label, name }) => ({ label: escapeHtml(label), value: inHtml[name] ?? '' })),
    url: escapeHtml(url.href),
    button: escapeHtml(words.button),
    linkIntro: escapeHtml(words.link),
    more:
      input.walletUrl === undefined ? undefined : { text: escapeHtml(words.wallet), url: escapeHtml(input.walletUrl) },
    footer: asHtml(words.footer),
  });
  return { subject, text: `${text.filter((part) => part !== '').join('\n\n')}\n`, html };
}

/** Labels and names of what is known. */
function factsOf(words: MailWords, plain: DisplayValues): { label: string; name: string }[] {
  return [
    { label: words.recipient, name: 'name' },
    { label: words.issued, name: 'issue_date' },
    { label: words.expires, name: 'expiry_date' },
    { label: words.reference, name: 'reference_id' },
  ].filter(({ name }) => Object.hasOwn(plain, name) && plain[name] !== '');
}

/** Each value in a `<bdi>`, so that a name's direction disturbs nothing around it; the verification address as a link. */
function markUpAll(values: DisplayValues): DisplayValues {
  const marked: DisplayValues = {};
  for (const [name, value] of Object.entries(values)) {
    const escaped = escapeHtml(value);
    if (value === '') marked[name] = '';
    else if (name === 'verification_url') marked[name] = `<a class="plain" href="${escaped}" dir="ltr">${escaped}</a>`;
    else marked[name] = `<bdi>${escaped}</bdi>`;
  }
  return marked;
}

const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** Plain text has no `<bdi>`: a value that runs against its surroundings gets FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE. */
function isolateAll(values: DisplayValues, direction: 'ltr' | 'rtl'): DisplayValues {
  const isolated: DisplayValues = {};
  for (const [name, value] of Object.entries(values)) {
    const against = direction === 'rtl' ? /[A-Za-z\p{Script=Latin}]/u.test(value) : rightToLeft.test(value);
    isolated[name] = against && name !== 'verification_url' ? `\u2068${value}\u2069` : value;
  }
  return isolated;
}
