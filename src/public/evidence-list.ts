/** Evidence as people may open it: a list of links, each with its address in sight and what it shows. */

import type { Evidence } from '../domain/field.ts';
import { data, type Html, html, linkTarget } from './html.ts';

export function evidenceList(pieces: readonly Evidence[]): Html {
  return html`<ul class="evidence">${pieces.map(evidenceItem)}</ul>`;
}

function evidenceItem({ name, url, description }: Evidence): Html {
  const isLink = /^https?:\/\/\S+$/i.test(url) && linkTarget(url) !== null;
  return html`<li>${isLink ? html`<a href="${url}" rel="nofollow noopener noreferrer ugc">${data(name)}</a>` : data(name)}
<span class="small evidence-address"><bdi dir="ltr">${url}</bdi></span>${
    description !== undefined &&
    html`
<p class="small prose">${data(description)}</p>`
  }</li>
`;
}
