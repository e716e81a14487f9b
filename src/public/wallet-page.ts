/** The wallet itself, and the page before it that a mailed link shows: opening takes a button, because mail scanners open links too. */

import type { WalletCredential, WalletState } from '../usecases/wallet/list-credentials.ts';
import { sessionHours } from '../usecases/wallet/open-wallet.ts';
import { data, type Html, html } from './html.ts';
import { linkedInUrl } from './linkedin.ts';
import { formatDate } from './page-dates.ts';
import { walletPath } from './wallet-ask-page.ts';
import { renderWalletDocument, type WalletSpeech } from './wallet-language.ts';

export const credentialsPath = `${walletPath}/credentials`;
export const signOutPath = `${walletPath}/sign-out`;

export function renderOpenPage(
  speech: WalletSpeech,
  link: { path: string; memberName: string; organizationName: string },
): string {
  const { words, number } = speech;
  const title = words.openTitle(link.organizationName);
  return renderWalletDocument(
    speech,
    title,
    html`<section class="sheet ask">
<h1>${title}</h1>
<p>${words.openMeaning(link.memberName)}</p>
<p class="small">${words.openShared(number(sessionHours))}</p>
<form method="post" action="${link.path}"><button type="submit">${words.open}</button></form>
</section>`,
    words.footer,
  );
}

export interface WalletView {
  memberName: string;
  organizationName: string;
  credentials: WalletCredential[];
  /** From 1. */
  page: number;
  hasOlder: boolean;
  /** Of this server, without a trailing slash. */
  publicUrl: string;
}

export function renderWalletPage(speech: WalletSpeech, view: WalletView): string {
  const { words, number } = speech;
  const { page, credentials } = view;
  const title = `${words.title}${page > 1 ? `, ${words.page(number(page))}` : ''}: ${view.memberName}`;
  return renderWalletDocument(
    speech,
    title,
    html`<section class="wallet-head">
<div>
<h1>${words.title}</h1>
<p class="label">${words.belongsTo(view.memberName)} · ${data(view.organizationName)}</p>
</div>
<form method="post" action="${signOutPath}"><button type="submit" class="plain">${words.signOut}</button></form>
</section>
${
  credentials.length === 0
    ? nothing(speech, view)
    : html`<ul class="wallet">
${credentials.map((one) => card(speech, view, one))}</ul>`
}
${(page > 1 || view.hasOlder) && turner(speech, view)}`,
  );
}

function nothing({ words }: WalletSpeech, { organizationName }: WalletView): Html {
  return html`<section class="sheet"><h2>${words.nothing}</h2>
<p>${words.nothingNext(organizationName)}</p></section>`;
}

const tones = {
  valid: 'good',
  revoked: 'bad',
  expired: 'doubtful',
  not_yet_issued: 'doubtful',
} as const satisfies Record<WalletState, string>;

function card(speech: WalletSpeech, view: WalletView, credential: WalletCredential): Html {
  const { words, language } = speech;
  const { id, title, state, revokedAt } = credential;
  const date = (iso: string) => html`<time datetime="${iso}">${formatDate(iso, language)}</time>`;
  const fact = (label: string, value: Html) => html`<div><dt>${label}</dt><dd>${value}</dd></div>
`;
  return html`<li><article class="sheet" aria-labelledby="t-${id}">
<p class="state ${tones[state]}">${words.states[state]}</p>
<h2 id="t-${id}"><bdi dir="auto" lang="${credential.language}">${title}</bdi></h2>
<dl class="facts">
${fact(words.issuedBy, data(view.organizationName))}${fact(words.awardedTo, data(credential.name))}${fact(
  words.issueDate,
  date(credential.issueDate),
)}${credential.expiryDate !== null && fact(words.expiryDate, date(credential.expiryDate))}${
  revokedAt !== null && fact(words.revokedAt, date(revokedAt.toISOString().slice(0, 10)))
}${fact(words.reference, html`<bdi class="code">${credential.referenceId}</bdi>`)}</dl>
${actions(speech, view, credential)}
${share(speech, `${view.publicUrl}/credential/${id}`)}
</article></li>
`;
}

/** Each says to a screen reader which certificate it is about. */
function actions({ words }: WalletSpeech, view: WalletView, { id, ...credential }: WalletCredential): Html {
  const action = (address: string, label: string, kind: string, more: Html | false = false) =>
    html`<li><a class="button ${kind}" href="${address}" aria-describedby="t-${id}"${more}>${label}</a></li>
`;
  const saved = html` download=""`;
  const { title: name, referenceId, issueDate, expiryDate, state } = credential;
  const facts = { name, issueDate, expiryDate, id: referenceId, organizationName: view.organizationName };
  const linkedIn = linkedInUrl({ ...facts, url: `${view.publicUrl}/credential/${id}` });
  return html`<ul class="actions">
${action(`/credential/${id}`, words.view, 'primary')}${action(`/credential/${id}/document.pdf`, words.pdf, 'secondary', saved)}${action(
  `/credential/${id}/credential.json`,
  words.json,
  'secondary',
  html` download="${referenceId}.json"`,
)}${state === 'valid' && action(linkedIn, words.linkedIn, 'secondary', html` rel="noopener noreferrer"`)}</ul>`;
}

function share({ words }: WalletSpeech, address: string): Html {
  return html`<p class="small">${words.publicLink}: <bdi class="code whole" dir="ltr">${address}</bdi> ${words.publicMeaning}</p>`;
}

function turner({ words, number }: WalletSpeech, { page, hasOlder }: WalletView): Html {
  const link = (to: number, label: string, rel: string) =>
    html`<li><a class="button secondary" href="${credentialsPath}?page=${to}" rel="${rel}">${label}</a></li>
`;
  return html`<nav class="turner" aria-label="${words.pages}">
<ul class="actions">
${page > 1 && link(page - 1, words.newer, 'prev')}${hasOlder && link(page + 1, words.older, 'next')}</ul>
<p class="small">${words.page(number(page))}</p>
</nav>`;
}
