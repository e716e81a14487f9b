/** All certificates of a batch that waits for approval, a page of pictures at a time. */

import type { ItemCard } from '../db/item-cards.ts';
import type { Speech } from './approval-language.ts';
import { addressOf, named, renderApprovalDocument, thumbnail } from './approval-parts.ts';
import type { ApprovalView } from './approval-view.ts';
import { type Html, html } from './html.ts';

export interface CertificatesPage {
  view: ApprovalView;
  cards: ItemCard[];
  /** From 1. */
  page: number;
  pages: number;
}

export function renderCertificatesPage(speech: Speech, { view, cards, page, pages }: CertificatesPage): string {
  const { words, number } = speech;
  const where = words.page(number(page), number(pages));
  return renderApprovalDocument(
    speech,
    `${words.allTitle}, ${where}: ${view.batchName}`,
    html`<nav aria-label="${words.back}"><a href="${view.path}">${words.back}</a></nav>
<section class="list-head">
<p class="label" dir="auto">${view.batchName}</p>
<h1>${words.allTitle}</h1>
<p class="small">${words.allMeaning} ${where}.</p>
</section>
<ul class="cards">
${cards.map(
  (card) => html`<li>${cardOf(speech, view, card)}</li>
`,
)}</ul>
${pages > 1 && turner(speech, view, page, pages)}
<p><a class="button primary" href="${view.path}#decision">${words.toDecision}</a></p>`,
  );
}

function cardOf(speech: Speech, view: ApprovalView, card: ItemCard): Html {
  const { words, number } = speech;
  const row = html`<span class="small">${words.row}: ${number(card.row)}</span>`;
  if (card.status !== 'failed')
    return html`<a href="${addressOf(view, card)}">${thumbnail(view, card)}
<span class="name">${named(card)}</span> ${row}</a>`;
  return html`<a class="out" href="${addressOf(view, card)}"><span class="name">${named(card)}</span>
<span class="fault">${card.rejection === null ? words.oneFaulty : words.oneRejected}</span> ${row}</a>`;
}

/** The two around, and a field for any other: a million certificates have many pages. */
function turner({ words, number }: Speech, { path }: ApprovalView, page: number, pages: number): Html {
  const link = (to: number, label: string, rel?: string) =>
    html`<li><a class="button secondary" href="${path}/certificates?page=${to}"${rel && html` rel="${rel}"`}>${label}</a></li>
`;
  return html`<nav class="turner" aria-label="${words.pages}">
<ul class="actions">
${page > 1 && link(page - 1, words.previous, 'prev')}${page < pages && link(page + 1, words.next, 'next')}</ul>
<form method="get" action="${path}/certificates">
<label for="page">${words.goTo(number(pages))}</label>
<div><input id="page" name="page" type="text" inputmode="numeric" pattern="[0-9]{1,7}" maxlength="7" value="${page}" autocomplete="off"/>
<button type="submit" class="plain">${words.go}</button></div>
</form>
</nav>`;
}
