/** Writes a mail that leads one person to one address of their own: as text and as a page that say the same. */

import { textDirection } from '../../domain/language.ts';
import { fillText } from '../../domain/template.ts';
import { invalidInput } from '../../errors.ts';
import { escapeHtml, frameMail } from './mail-frame.ts';
import { headerText } from './mailbox.ts';

/** Texts with `{{…}}` for the values. */
export interface LinkWords {
  subject: string;
  greeting: string;
  body: string[];
  button: string;
  /** Before the address in clear. */
  link: string;
  footer: string;
}

export interface LinkMail<Name extends string> {
  words: LinkWords;
  /** BCP 47, of the words. */
  language: string;
  values: Record<Name | 'organization', string>;
  /** Which value stands above all. */
  heading: NoInfer<Name> | 'organization';
  facts: { label: string; name: NoInfer<Name> }[];
  /** Absolute, http or https. */
  url: string;
}

/** Throws `invalid_input` when the link is not http or https. */
export function composeLinkMail<Name extends string>(
  input: LinkMail<Name>,
): {
  subject: string;
  text: string;
  html: string;
} {
  const url = URL.parse(input.url);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw invalidInput('the link must start with http:// or https://');
  const { words, language, facts } = input;
  const direction = textDirection(language);
  const oneLine = mapValues(input.values, headerText);
  const inText = mapValues(oneLine, (value) => (direction === 'rtl' ? `\u2068${value}\u2069` : value));
  const inHtml = mapValues(oneLine, (value) => `<bdi>${escapeHtml(value)}</bdi>`);
  const asHtml = (text: string) => fillText(escapeHtml(text), inHtml);
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
    heading: inHtml[input.heading],
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

/** A moment to the minute, in UTC. */
export function mailInstant(at: Date, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' });
  return `${format.format(at)} UTC`;
}

function mapValues<Name extends string>(values: Record<Name, string>, change: (value: string) => string) {
  return Object.fromEntries(Object.entries<string>(values).map(([name, value]) => [name, change(value)])) as Record<
    Name,
    string
  >;
}
