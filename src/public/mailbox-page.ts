/** The mailbox of the built-in catcher: what would have been sent, to read and to click, with every mail's own HTML kept in a sandbox. */

import { renderDocument } from './document.ts';
import { data, type Html, html, linkTarget } from './html.ts';
import { formatInstant } from './page-dates.ts';

export interface CaughtMailSummary {
  id: string;
  to: string;
  subject: string;
  /** ISO 8601 with time. */
  receivedAt: string;
  /** Bytes. */
  size: number;
}

export interface CaughtMailView {
  id: string;
  from: string;
  to: string;
  subject: string;
  receivedAt: string;
  messageId: string;
  text: string;
  attachments: { filename: string; contentType: string; size: number; href: string }[];
  /** Where the HTML part is served with `mailFrameHeaders`; empty when there is none. */
  htmlHref: string;
  sourceHref: string;
}

/** Where the mailbox lives on this server; one mail is at `/mailbox/<id>`. */
export const mailboxPath = '/mailbox';

const footer = html`<p>Mail ends here: nothing in this mailbox has left this machine.</p>`;

/** `search` is what was searched for, `nextPage` the address of the next page. */
export function renderMailboxPage(mails: CaughtMailSummary[], search: string, nextPage: string | null): string {
  const next = nextPage === null ? null : linkTarget(nextPage);
  return renderDocument({
    language: 'en',
    direction: 'ltr',
    title: 'Mailbox',
    banner: 'Mailbox',
    main: html`<h1>Caught mail</h1>
<form class="search" role="search" method="get" action="${mailboxPath}">
<label for="search">Search recipients and subjects</label>
<div><input id="search" type="search" name="search" value="${search}" maxlength="200" autocomplete="off" spellcheck="false"/><button type="submit">Search</button></div>
</form>
${mails.length === 0 ? nothing(search) : mailList(mails)}
${next !== null && html`<nav aria-label="Pages"><a class="button secondary" href="${next}" rel="next">Older mail</a></nav>`}`,
    footer,
  });
}

function nothing(search: string): Html {
  if (search === '') return html`<p class="sheet">No mail yet. It appears here as soon as something is issued.</p>`;
  return html`<p class="sheet">No mail matches “${data(search)}”. <a href="${mailboxPath}">Show all mail</a></p>`;
}

function mailList(mails: CaughtMailSummary[]): Html {
  return html`<ul class="mails">
${mails.map(
  (mail) => html`<li><a href="${mailboxPath}/${encodeURIComponent(mail.id.toWellFormed())}">
<span class="subject">${mail.subject === '' ? '(no subject)' : data(mail.subject)}</span>
<span class="to">To ${data(mail.to)}</span>
<span class="when"><time datetime="${mail.receivedAt}">${formatInstant(mail.receivedAt, 'en')}</time>, ${byteSize(mail.size)}</span>
</a></li>
`,
)}</ul>`;
}

export function renderMailPage(mail: CaughtMailView): string {
  const row = (label: string, value: string) => html`<div><dt>${label}</dt><dd>${data(value)}</dd></div>
`;
  const frame = mail.htmlHref === '' ? null : linkTarget(mail.htmlHref);
  return renderDocument({
    language: 'en',
    direction: 'ltr',
    title: mail.subject === '' ? 'Mail' : mail.subject,
    banner: 'Mailbox',
    main: html`<p><a href="${mailboxPath}">All mail</a></p>
<article class="sheet mail">
<h1 dir="auto">${mail.subject === '' ? '(no subject)' : mail.subject}</h1>
<dl>
${row('From', mail.from)}${row('To', mail.to)}${row('Received', formatInstant(mail.receivedAt, 'en'))}${row('Message-ID', mail.messageId)}</dl>
${mail.attachments.length > 0 && attachmentList(mail.attachments)}
${
  frame !== null &&
  html`<h2>Page</h2>
<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" referrerpolicy="no-referrer" title="The mail as its reader sees it" src="${frame}"></iframe>`
}
<h2>Text</h2>
<pre dir="auto">${withLinks(mail.text)}</pre>
${
  linkTarget(mail.sourceHref) !== null &&
  html`<p><a class="button secondary" href="${mail.sourceHref}">Source (.eml)</a></p>`
}
</article>`,
    footer,
  });
}

function attachmentList(attachments: CaughtMailView['attachments']): Html {
  return html`<h2>Attachments</h2>
<ul class="attachments">${attachments.map((one) => {
    const about = html`${data(one.filename)} <span class="small">${one.contentType}, ${byteSize(one.size)}</span>`;
    const target = linkTarget(one.href);
    return html`<li>${target === null ? about : html`<a href="${target}" download="${one.filename}">${about}</a>`}</li>`;
  })}</ul>`;
}

/** Plain text with its http and https addresses as links. */
function withLinks(text: string): Html[] {
  return text.split(/(https?:\/\/[^\s<>"'()\p{Cc}\p{Cf}]*[^\s<>"'()\p{Cc}\p{Cf}.,;:!?])/u).map((part, at) => {
    if (at % 2 === 0 || linkTarget(part) === null) return html`${part}`;
    return html`<a href="${part}" target="_blank" rel="noopener noreferrer">${part}</a>`;
  });
}

function byteSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(0)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A mail's HTML part as the sandboxed frame is given it: its links open in a new tab instead of inside the frame. */
export function mailFrameDocument(mailHtml: string): string {
  const base = '<base target="_blank">';
  const head = /<head(?:\s[^>]*)?>/i.exec(mailHtml);
  if (!head) return base + mailHtml;
  const at = head.index + head[0].length;
  return mailHtml.slice(0, at) + base + mailHtml.slice(at);
}
