/** One certificate as it will be issued, large, with its values, its neighbours, and the form that rejects it alone. */

import type { Field } from '../domain/field.ts';
import type { ViewedCertificate } from '../usecases/approvals/list-certificates.ts';
import type { Speech } from './approval-language.ts';
import {
  addressOf,
  fact,
  named,
  noticeSection,
  problemSection,
  reasonField,
  renderApprovalDocument,
} from './approval-parts.ts';
import type { ApprovalView, Problem } from './approval-view.ts';
import { evidenceList } from './evidence-list.ts';
import { data, type Html, html } from './html.ts';
import { formatDate } from './page-dates.ts';

export interface CertificatePage extends ViewedCertificate {
  view: ApprovalView;
  /** Of the template. */
  fields: readonly Field[];
  /** On which page of all certificates it stands. */
  page: number;
  problem?: Problem;
  notice?: string;
}

export function renderCertificatePage(speech: Speech, page: CertificatePage): string {
  const { view, card, problem } = page;
  const { words, number } = speech;
  const isOut = card.status === 'failed';
  const title = `${problem ? `${words.problem}: ` : ''}${words.certificateOf(card.name)}: ${view.batchName}`;
  return renderApprovalDocument(
    speech,
    title,
    html`${problemSection(speech, problem)}${noticeSection(page.notice)}
<nav class="trail" aria-label="${words.back}"><a href="${view.path}">${words.back}</a> <a href="${view.path}/certificates?page=${page.page}">${words.allTitle}</a></nav>
<section class="list-head">
<p class="label">${words.place(number(card.seq + 1), number(view.counts.total))}</p>
<h1>${named(card)}</h1>
</section>
${isOut && outSection(speech, page)}
${(!isOut || card.rejection !== null) && picture(speech, page)}
${neighbours(speech, page)}
${valuesSection(speech, page)}
${card.status === 'accepted' && rejectSection(speech, page)}
<p><a class="button secondary" href="${view.path}#decision">${words.toDecision}</a></p>`,
  );
}

function outSection({ words }: Speech, { card }: CertificatePage): Html {
  return html`<section class="verdict bad"><div>
<p class="verdict-title">${card.rejection === null ? words.oneFaulty : words.oneRejected}</p>
${card.rejection !== null && html`<p>${words.reason}: ${data(card.rejection)}</p>`}
</div></section>`;
}

function picture({ words }: Speech, { view, card }: CertificatePage): Html {
  const source = `${addressOf(view, card)}/preview.png`;
  const height = Math.round(1_400 * view.proportion);
  return html`<figure class="picture"><a href="${source}"><img src="${source}" width="1400" height="${height}" alt="${words.certificateOf(card.name)}"/></a>
<figcaption class="small"><a href="${source}">${words.openPicture}</a></figcaption></figure>`;
}

function neighbours({ words }: Speech, { view, previous, next }: CertificatePage): Html {
  return html`<nav aria-label="${words.pages}"><ul class="actions">
${previous && html`<li><a class="button secondary" rel="prev" href="${addressOf(view, previous)}">${words.previous}</a></li>`}
${next && html`<li><a class="button secondary" rel="next" href="${addressOf(view, next)}">${words.next}</a></li>`}
</ul></nav>`;
}

function valuesSection({ words, language, number }: Speech, { item, card, fields }: CertificatePage): Html | false {
  const isFaulty = card.status === 'failed' && card.rejection === null;
  const date = (iso: string) => html`<time datetime="${iso}">${formatDate(iso, language)}</time>`;
  if (isFaulty) return html`<dl class="sheet facts">${fact(words.row, number(item.rowNumber))}</dl>`;
  const shown = fields.map((field) => {
    const value = item.fields[field.name];
    const label = field.label ?? field.name;
    if (value === undefined)
      return html`<div><dt>${data(label)}</dt><dd class="absent">${words.missing}</dd></div>
`;
    const text =
      typeof value === 'object'
        ? evidenceList(value)
        : field.type === 'date'
          ? date(String(value))
          : data(String(value));
    return html`<div><dt>${data(label)}</dt><dd>${text}</dd></div>
`;
  });
  return html`<dl class="sheet facts">
${fact(words.name, data(item.name))}${fact(words.email, data(item.email))}${fact(words.issueDate, date(item.issueDate))}${fact(
  words.expiryDate,
  item.expiryDate === null ? words.noExpiry : date(item.expiryDate),
)}${shown}${fact(words.reference, html`<bdi class="code">${item.referenceId}</bdi>`)}${fact(words.row, number(item.rowNumber))}</dl>`;
}

function rejectSection(speech: Speech, { view, card, problem }: CertificatePage): Html {
  const { words } = speech;
  const rejecting = problem?.field === 'reason';
  return html`<details class="sheet reject"${rejecting && html` open="open"`}>
<summary>${words.rejectOne}</summary>
<form method="post" action="${addressOf(view, card)}/reject">
<p>${words.rejectOneMeaning(view.organizationName)}</p>
${reasonField(speech, rejecting ? problem : undefined)}
<button type="submit" class="danger">${words.rejectOne}</button>
</form>
</details>`;
}
