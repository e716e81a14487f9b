/** Pages behind a link that decides nothing any more: the receipt of a decision, and why a link is closed and what to do then. */

import type { Receipt } from '../usecases/approvals/read-receipt.ts';
import type { Speech } from './approval-language.ts';
import { fact, renderApprovalDocument } from './approval-parts.ts';
import { data, html } from './html.ts';
import { formatInstant } from './page-dates.ts';
import { verdict } from './verdict.ts';

export function renderReceiptPage(speech: Speech, receipt: Receipt): string {
  const { words, language, number } = speech;
  const approved = receipt.status === 'approved';
  const title = approved ? words.receiptApproved : words.receiptRejected;
  const outcomes = { waiting: words.receiptOthers, released: words.receiptReleased, ended: words.receiptEnded };
  const next = approved
    ? `${words.receiptApprovedNext} ${outcomes[receipt.outcome]}`
    : words.receiptRejectedNext(receipt.organizationName);
  const decided = receipt.decidedAt.toISOString();
  return renderApprovalDocument(
    speech,
    `${title}: ${receipt.batchName}`,
    html`${verdict(approved ? 'good' : 'bad', title, html`<p>${next}</p>`)}
<section class="sheet">
<dl class="facts receipt">
${fact(words.batch, data(receipt.batchName))}${fact(words.organization, data(receipt.organizationName))}${fact(
  words.certificates,
  number(receipt.certificates),
)}${fact(words.decidedBy, data(receipt.signatoryName))}${fact(
  words.decidedAt,
  html`<time datetime="${decided}">${formatInstant(decided, language)}</time>`,
)}${receipt.reason !== null && fact(words.reason, data(receipt.reason))}</dl>
</section>`,
    html`<p>${words.keepPage}</p>`,
  );
}

export type ClosedLinkKind = 'unknown' | 'expired' | 'superseded' | 'archived' | 'ended';

export function renderClosedLinkPage(speech: Speech, kind: ClosedLinkKind): string {
  const { words } = speech;
  const said = {
    unknown: [words.linkUnknown, words.linkUnknownNext],
    expired: [words.linkExpired, words.linkExpiredNext],
    superseded: [words.linkSuperseded, words.linkSupersededNext],
    archived: [words.linkArchived, words.linkArchivedNext],
    ended: [words.linkEnded, words.linkEndedNext],
  } as const satisfies Record<ClosedLinkKind, readonly [string, string]>;
  const [title, next] = said[kind];
  return renderApprovalDocument(speech, title, verdict('doubtful', title, html`<p>${next}</p>`), html``);
}

/** `path` is the page behind the link. */
export function renderApprovalFaultPage(speech: Speech, path: string, isMissing: boolean): string {
  const { words } = speech;
  const title = isMissing ? words.noCertificate : words.fault;
  const next = html`${!isMissing && html`<p>${words.faultNext}</p>`}<p><a class="button secondary" href="${path}">${words.back}</a></p>`;
  return renderApprovalDocument(speech, title, verdict('doubtful', title, next), html``);
}
