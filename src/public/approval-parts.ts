/** What the signatory's pages have in common: the frame, what went wrong, pictures, and the field for a reason. */

import type { ItemCard } from '../db/item-cards.ts';
import { textDirection } from '../domain/language.ts';
import type { Speech } from './approval-language.ts';
import { type ApprovalView, longestReason, type Problem } from './approval-view.ts';
import { renderDocument } from './document.ts';
import { data, type Html, html } from './html.ts';

export function renderApprovalDocument(
  { language, words }: Speech,
  title: string,
  main: Html,
  footer = html`<p>${words.footer}</p>`,
): string {
  const direction = textDirection(language);
  return renderDocument({ language, direction, title, banner: words.banner, main, footer });
}

export function problemSection({ words }: Speech, problem: Problem | undefined): Html | undefined {
  if (!problem) return undefined;
  return html`<section class="verdict doubtful" role="alert" tabindex="-1" autofocus="autofocus">
<div><p class="verdict-title">${words.problem}</p>
<p>${problem.field ? html`<a href="#${problem.field}">${problem.sentence}</a>` : problem.sentence}</p></div>
</section>`;
}

export function noticeSection(notice: string | undefined): Html | undefined {
  return notice === undefined
    ? undefined
    : html`<section class="verdict good" role="status"><div><p>${notice}</p></div></section>`;
}

/** The picture of a certificate in a link that says whose it is, so that it needs no words of its own. */
export function thumbnail({ path, proportion }: ApprovalView, card: ItemCard, eager = false): Html {
  const height = Math.round(640 * proportion);
  return html`<img class="thumbnail" src="${path}/certificates/${card.id}/thumbnail.png" width="640" height="${height}" alt=""${eager ? '' : html` loading="lazy"`}/>`;
}

export const addressOf = ({ path }: ApprovalView, card: ItemCard) => `${path}/certificates/${card.id}`;

export function reasonField({ words, number }: Speech, problem: Problem | undefined): Html {
  const atFault = problem?.field === 'reason';
  return html`<label for="reason">${words.reason}</label>
<p class="small" id="reason-hint">${words.reasonHint(number(longestReason))}</p>
${
  atFault &&
  html`<p class="fault" id="reason-fault">${problem.sentence}</p>
`
}<textarea id="reason" name="reason" rows="3" maxlength="${longestReason}" required="required" dir="auto" aria-describedby="reason-hint${atFault && ' reason-fault'}"${atFault && html` aria-invalid="true"`}>
${problem?.reason}</textarea>`;
}

/** `Label: value` in a list of facts. */
export function fact(label: string, value: Html | string): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>
`;
}

/** Someone's name among words of another language. */
export const named = (card: ItemCard): Html => (card.name === '' ? html`—` : data(card.name));
