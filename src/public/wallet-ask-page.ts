/** The way into a wallet: the form for an address, what is said after it was sent, and links that open nothing any more. */

import type { ClosedWalletLink } from '../usecases/wallet/open-wallet.ts';
import { linkMinutes } from '../usecases/wallet/send-link.ts';
import { type Html, html } from './html.ts';
import { verdict } from './verdict.ts';
import { renderWalletDocument, type WalletSpeech } from './wallet-language.ts';

export const walletPath = '/wallet';

export interface AskProblem {
  sentence: string;
  /** What was typed, to be typed no second time. */
  typed: string;
}

/** `notice`: how the reader came here. */
export function renderAskPage(speech: WalletSpeech, { notice, problem }: { notice?: string; problem?: AskProblem }) {
  const { words } = speech;
  const title = problem ? `${words.problem}: ${words.askTitle}` : words.askTitle;
  return renderWalletDocument(
    speech,
    title,
    html`${problem && problemSection(speech, problem)}${notice && html`<section class="verdict good" role="status"><div><p>${notice}</p></div></section>`}
<section class="sheet ask">
<h1>${words.askTitle}</h1>
<p>${words.askMeaning}</p>
${askForm(speech, problem)}
</section>`,
    words.askFooter,
  );
}

/** The same whoever asked, and for whom. */
export function renderAskedPage(speech: WalletSpeech): string {
  const { words, number } = speech;
  const what = html`<p>${words.asked(number(linkMinutes))}</p>
<p class="small">${words.askedNext}</p>`;
  return renderWalletDocument(
    speech,
    words.askedTitle,
    html`${verdict('good', words.askedTitle, what)}
<p><a class="button secondary" href="${walletPath}">${words.back}</a></p>`,
    words.askFooter,
  );
}

export function renderClosedPage(speech: WalletSpeech, kind: ClosedWalletLink): string {
  const { words } = speech;
  const [title, next] = words.closed[kind];
  return renderWalletDocument(
    speech,
    title,
    html`${verdict('doubtful', title, html`<p>${next}</p>`)}
<section class="sheet ask">
<h2>${words.askTitle}</h2>
${askForm(speech, undefined)}
</section>`,
    words.askFooter,
  );
}

export function renderWalletFaultPage(speech: WalletSpeech, title: string, next: string): string {
  const { words } = speech;
  const what = html`<p>${next}</p><p><a class="button secondary" href="${walletPath}">${words.back}</a></p>`;
  return renderWalletDocument(speech, title, verdict('doubtful', title, what), words.askFooter);
}

function problemSection({ words }: WalletSpeech, { sentence }: AskProblem): Html {
  return html`<section class="verdict doubtful" role="alert" tabindex="-1" autofocus="autofocus">
<div><p class="verdict-title">${words.problem}</p>
<p><a href="#email">${sentence}</a></p></div>
</section>`;
}

function askForm({ words }: WalletSpeech, problem: AskProblem | undefined): Html {
  return html`<form class="wallet-ask" method="post" action="${walletPath}">
<label for="email">${words.email}</label>
${problem && html`<p class="fault" id="email-fault">${problem.sentence}</p>`}
<input id="email" name="email" type="email" dir="ltr" autocomplete="email" required="required" maxlength="254" value="${problem?.typed}"${
    problem && html` aria-invalid="true" aria-describedby="email-fault"`
  }/>
<button type="submit">${words.ask}</button>
</form>`;
}
