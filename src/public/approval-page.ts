/** The page behind a signatory's link: what is asked, who signs, what the certificates look like, which are unusual, and the decision. */

import type { ItemCard } from '../db/item-cards.ts';
import type { Outlier, OutlierReason, Sample } from '../usecases/approvals/find-outliers.ts';
import type { Speech } from './approval-language.ts';
import {
  addressOf,
  fact,
  named,
  noticeSection,
  problemSection,
  reasonField,
  renderApprovalDocument,
  thumbnail,
} from './approval-parts.ts';
import type { ApprovalView, Problem } from './approval-view.ts';
import { data, type Html, html } from './html.ts';
import { formatDate, formatInstant } from './page-dates.ts';

export interface ApprovalPage extends Sample {
  view: ApprovalView;
  problem?: Problem;
  notice?: string;
}

export function renderApprovalPage(speech: Speech, page: ApprovalPage): string {
  const { view, problem } = page;
  const { words } = speech;
  const title = `${problem ? `${words.problem}: ` : ''}${view.batchName}, ${view.organizationName}`;
  return renderApprovalDocument(
    speech,
    title,
    html`${problemSection(speech, problem)}${noticeSection(page.notice)}
${askSection(speech, view)}
${signersSection(speech, view)}
${sampleSection(speech, view, page.sample)}
${outliersSection(speech, view, page.outliers)}
${decisionSection(speech, view, problem)}`,
  );
}

function askSection({ words, language, number }: Speech, view: ApprovalView): Html {
  const { counts } = view;
  const instant = (iso: string) => html`<time datetime="${iso}">${formatInstant(iso, language)}</time>`;
  return html`<section class="sheet ask">
<p class="label">${words.asked(view.organizationName)}</p>
<h1>${data(view.batchName)}</h1>
<p>${words.intro(view.signatoryName)}</p>
<dl class="facts">
${fact(words.certificates, number(counts.accepted))}${
  counts.failed > 0 && fact(words.faulty, `${number(counts.failed)} (${words.faultyMeaning})`)
}${counts.rejected > 0 && fact(words.rejected, number(counts.rejected))}${fact(words.template, data(view.templateName))}${fact(
  words.handedIn,
  instant(view.createdAt),
)}${fact(words.linkExpires, instant(view.expiresAt))}</dl>
<ul class="actions">
<li><a class="button primary" href="${view.path}/certificates">${words.all(number(counts.accepted))}</a></li>
<li><a class="button secondary" href="#decision">${words.toDecision}</a></li>
</ul>
</section>`;
}

const signs = {
  approved: html`<path d="M7 12.5l3.4 3.4L17 9"/>`,
  pending: html`<path d="M12 6.5v6l3.5 2.2"/>`,
  waiting: html`<path d="M8 12h.1M12 12h.1M16 12h.1"/>`,
  rejected: html`<path d="M8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6"/>`,
};

function signersSection({ words, language }: Speech, view: ApprovalView): Html {
  const states = { ...words, rejected: words.declined };
  return html`<section aria-labelledby="signers">
<h2 id="signers">${words.signers}</h2>
${view.sequential && view.signatories.length > 1 && html`<p class="small">${words.sequential}</p>`}
<ol class="signers">
${view.signatories.map(
  (one) => html`<li class="${one.status}">
<svg viewBox="0 0 24 24" width="28" height="28" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="10.5"/>${signs[one.status]}</svg>
<p><strong>${data(one.name)}</strong>${one.isReader && html` (${words.you})`}${one.designation !== '' && html`<br/><span class="small">${data(one.designation)}</span>`}</p>
<p class="small state">${states[one.status]}${
    one.decidedAt && html`<br/><time datetime="${one.decidedAt}">${formatInstant(one.decidedAt, language)}</time>`
  }</p>
</li>
`,
)}</ol>
</section>`;
}

function sampleSection(speech: Speech, view: ApprovalView, sample: readonly ItemCard[]): Html {
  const { words } = speech;
  return html`<section aria-labelledby="sample">
<h2 id="sample">${words.sample}</h2>
<p class="small">${words.sampleMeaning}</p>
<ul class="cards sample">
${sample.map(
  (card, at) => html`<li><a href="${addressOf(view, card)}">${thumbnail(view, card, at < 2)}
<span class="name">${named(card)}</span></a></li>
`,
)}</ul>
</section>`;
}

function outliersSection(speech: Speech, view: ApprovalView, outliers: readonly Outlier[] | undefined): Html {
  const { words } = speech;
  const found = outliers ?? [];
  return html`<section aria-labelledby="outliers">
<h2 id="outliers">${words.outliers}</h2>
<p class="small">${outliers === undefined ? words.stillLooking : found.length === 0 ? words.noOutliers : words.outliersMeaning}</p>
${
  outliers === undefined && html`<p><a class="button secondary" href="${view.path}#outliers">${words.lookAgain}</a></p>`
}${
  found.length > 0 &&
  html`<ul class="outliers">
${found.map(
  (outlier) => html`<li><a href="${addressOf(view, outlier)}">${thumbnail(view, outlier)}
<span><span class="name">${named(outlier)}</span>
${outlier.reasons.map(
  (reason) => html`<span class="why">${reasonWords(speech, reason)}</span>
`,
)}</span></a></li>
`,
)}</ul>`
}
</section>`;
}

function reasonWords(speech: Speech, reason: OutlierReason): Html {
  const { number, words } = speech;
  const sentence = reasonSentence(speech, reason);
  return 'count' in reason && reason.count > 1
    ? html`${sentence} <span class="small">(${words.inAll(number(reason.count))})</span>`
    : html`${sentence}`;
}

function reasonSentence({ words, number, script, language }: Speech, reason: OutlierReason): string {
  switch (reason.kind) {
    case 'longest_name':
      return words.longestName(number(reason.length));
    case 'foreign_name':
      return words.foreignName(script(reason.script));
    case 'missing_value':
      return words.missingValue(reason.field);
    case 'longest_value':
      return words.longestValue(reason.field, number(reason.length));
    case 'least_number':
      return words.leastNumber(reason.field, number(reason.value));
    case 'most_number':
      return words.mostNumber(reason.field, number(reason.value));
    case 'least_date':
      return words.leastDate(reason.field, formatDate(reason.date, language));
    case 'most_date':
      return words.mostDate(reason.field, formatDate(reason.date, language));
    case 'future_issue':
      return words.futureIssue;
    case 'old_issue':
      return words.oldIssue;
    case 'expired':
      return words.expired;
  }
}

function decisionSection(speech: Speech, view: ApprovalView, problem: Problem | undefined): Html {
  const { words, number } = speech;
  const unconfirmed = problem?.field === 'confirm';
  const rejecting = problem?.field === 'reason';
  const hash = html`<input type="hidden" name="hash" value="${view.hash}"/>`;
  return html`<section class="sheet decision" id="decision" aria-labelledby="decision-title">
<h2 id="decision-title">${words.decision}</h2>
<form method="post" action="${view.path}/approve">
${hash}
<p id="approve-meaning">${words.approveMeaning}</p>
${
  unconfirmed &&
  html`<p class="fault" id="confirm-fault">${problem.sentence}</p>
`
}<p class="check"><input type="checkbox" id="confirm" name="confirm" value="yes" required="required" aria-describedby="approve-meaning${unconfirmed && ' confirm-fault'}"${unconfirmed && html` aria-invalid="true"`}/>
<label for="confirm">${words.confirm}</label></p>
<button type="submit">${words.approve(number(view.counts.accepted))}</button>
</form>
<p class="small">${words.rejectSome} <a href="${view.path}/certificates">${words.all(number(view.counts.accepted))}</a></p>
<details class="reject"${rejecting && html` open="open"`}>
<summary>${words.rejectBatch}</summary>
<form method="post" action="${view.path}/reject">
${hash}
<p>${words.rejectBatchMeaning(view.organizationName)}</p>
${reasonField(speech, rejecting ? problem : undefined)}
<button type="submit" class="danger">${words.rejectBatch}</button>
</form>
</details>
</section>`;
}
