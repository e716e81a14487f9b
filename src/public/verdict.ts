/** A box that says at once what is the matter: a sign, a sentence, and what follows from it. */

import { type Html, html } from './html.ts';

const signs = {
  good: html`<path d="M7 12.5l3.4 3.4L17 9"/>`,
  doubtful: html`<path d="M12 6.8v6.4M12 16.8v.3"/>`,
  bad: html`<path d="M8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6"/>`,
};

/** The title is the page's first heading. */
export function verdict(tone: keyof typeof signs, title: string, what: Html): Html {
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<svg viewBox="0 0 24 24" width="48" height="48" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="10.5"/>${signs[tone]}</svg>
<div>
<h1 id="verdict" class="verdict-title">${title}</h1>
${what}
</div>
</section>`;
}
