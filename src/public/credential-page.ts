/** The page anyone with a certificate's address sees: first whether it holds, then what it says, then how that was found out. */

import type { Evidence } from '../domain/field.ts';
import { textDirection } from '../domain/language.ts';
import { renderDocument } from './document.ts';
import { evidenceList } from './evidence-list.ts';
import { data, type Html, html, jsonLdBlock, linkTarget } from './html.ts';
import { formatDate, formatInstant } from './page-dates.ts';
import { type PageWords, pageWords } from './page-words.ts';

export interface CredentialView {
  id: string;
  referenceId: string;
  recipientName: string;
  achievementName: string;
  achievementDescription: string;
  criteria: string;
  organizationName: string;
  organizationUrl?: string;
  /** `YYYY-MM-DD`. */
  issueDate: string;
  /** `YYYY-MM-DD`, or null for never. */
  expiryDate: string | null;
  /** Of a `specimen` the page says nothing else, whatever its proof. */
  state: 'valid' | 'revoked' | 'expired' | 'not_yet_issued' | 'specimen';
  /** ISO 8601 with time. */
  revokedAt?: string;
  revocationReason?: string;
  /** ISO 8601 with time: when state and proof were looked at. */
  checkedAt: string;
  /** Only the verdict `valid` lets the page say anything good; `reasons` are sentences or codes, shown as they are. */
  proof: { verdict: string; keyId: string; issuerDid: string; cryptosuite: string; reasons: string[] };
  fields: { label: string; value: string | readonly Evidence[] }[];
  /** Paths on this server or http(s) addresses; `self` absolute. */
  links: { pdf: string; json: string; png: string; self: string; linkedIn: string };
  /** BCP 47, of the certificate's words. */
  language: string;
}

type Finding = CredentialView['state'] | 'unproven';

/** A full HTML document without scripts or inline styles, in the certificate's language where the page speaks it, else in English. */
export function renderCredentialPage(view: CredentialView): string {
  const { words, language } = pageWords(view.language);
  const isProven = view.proof.verdict === 'valid' || view.state === 'specimen';
  const finding: Finding = isProven ? view.state : 'unproven';
  return renderDocument({
    language,
    direction: textDirection(language),
    title: `${words[finding]}: ${view.achievementName}, ${view.recipientName}`,
    banner: words.banner,
    // Programs that read pages must not take it for a credential either.
    head: finding === 'specimen' ? null : jsonLdBlock(structuredDataOf(view)),
    main: html`${verdictSection(view, finding, words, language)}
${certificateSection(view, words, language)}
${finding === 'valid' || finding === 'expired' || finding === 'specimen' ? keepSection(view, finding, words) : addressSection(view, words)}
${proofSection(view, words)}`,
    footer: html`<p>${words.footer}</p>`,
  });
}

const meanings = {
  valid: 'validMeaning',
  revoked: 'revokedMeaning',
  expired: 'expiredMeaning',
  not_yet_issued: 'notYetMeaning',
  unproven: 'unprovenMeaning',
  specimen: 'specimenMeaning',
} as const satisfies Record<Finding, keyof PageWords>;

const tones = {
  valid: 'good',
  revoked: 'bad',
  expired: 'doubtful',
  not_yet_issued: 'doubtful',
  unproven: 'bad',
  specimen: 'bad',
} as const satisfies Record<Finding, string>;

const signs = {
  good: html`<path d="M7 12.5l3.4 3.4L17 9"/>`,
  doubtful: html`<path d="M12 6.5v6l3.5 2.2"/>`,
  bad: html`<path d="M8.2 8.2l7.6 7.6M15.8 8.2l-7.6 7.6"/>`,
} as const;

function verdictSection(view: CredentialView, finding: Finding, words: PageWords, language: string): Html {
  const tone = tones[finding];
  return html`<section class="verdict ${tone}" aria-labelledby="verdict">
<svg viewBox="0 0 24 24" width="48" height="48" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="10.5"/>${signs[tone]}</svg>
<div>
<p id="verdict" class="verdict-title">${words[finding]}</p>
<p>${words[meanings[finding]]}</p>
<p class="small">${words.checkedAt}: ${formatInstant(view.checkedAt, language)}</p>${
    (finding === 'revoked' || (finding === 'specimen' && view.revokedAt !== undefined)) &&
    html`${
      view.revokedAt &&
      html`
<p class="small">${words.revokedAt}: ${formatInstant(view.revokedAt, language)}</p>`
    }${
      view.revocationReason &&
      html`
<p class="small">${words.revocationReason}: ${data(view.revocationReason)}</p>`
    }`
  }
</div>
</section>`;
}

function certificateSection(view: CredentialView, words: PageWords, language: string): Html {
  const dataLanguage = view.language;
  return html`<article class="sheet">
<div class="certificate-head">
<p class="issuer"><span class="label">${words.issuedBy}</span> ${organization(view)}</p>
<h1 dir="auto" lang="${dataLanguage}">${view.achievementName}</h1>
<p class="label awarded">${words.awardedTo}</p>
<p class="recipient">${data(view.recipientName)}</p>
</div>
<dl class="facts">
${fact(words.issueDate, html`<time datetime="${view.issueDate}">${formatDate(view.issueDate, language)}</time>`)}
${fact(
  words.expiryDate,
  view.expiryDate === null
    ? html`${words.noExpiry}`
    : html`<time datetime="${view.expiryDate}">${formatDate(view.expiryDate, language)}</time>`,
)}
${fact(words.reference, html`<bdi class="code">${view.referenceId}</bdi>`)}
${view.fields.map((field) => fact(data(field.label), fieldValue(field.value)))}
</dl>
<h2>${words.description}</h2>
<p class="prose" dir="auto" lang="${dataLanguage}">${view.achievementDescription}</p>
<h2>${words.criteria}</h2>
<p class="prose" dir="auto" lang="${dataLanguage}">${view.criteria}</p>
</article>`;
}

function fact(label: string | Html, value: Html): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>
`;
}

function organization(view: CredentialView): Html {
  const target = view.organizationUrl === undefined ? null : linkTarget(view.organizationUrl);
  const name = html`<strong>${data(view.organizationName)}</strong>`;
  return target === null ? name : html`<a href="${target}" rel="nofollow noopener noreferrer">${name}</a>`;
}

function fieldValue(value: string | readonly Evidence[]): Html {
  if (typeof value === 'object') return evidenceList(value);
  if (/^https?:\/\/\S+$/i.test(value) && linkTarget(value) !== null)
    return html`<a href="${value}" rel="nofollow noopener noreferrer ugc"><bdi dir="ltr">${value}</bdi></a>`;
  return data(value);
}

function keepSection(view: CredentialView, finding: Finding, words: PageWords): Html {
  const action = (target: string, label: string, kind: string) =>
    linkTarget(target) !== null &&
    html`<li><a class="button ${kind}" href="${target}" rel="noopener noreferrer">${label}</a></li>
`;
  return html`<section class="keep" aria-labelledby="keep">
<h2 id="keep">${words.keep}</h2>
<ul class="actions">
${action(view.links.pdf, words.pdf, 'primary')}${
  finding === 'valid' && action(view.links.linkedIn, words.linkedIn, 'secondary')
}${action(view.links.png, words.png, 'secondary')}${action(view.links.json, words.json, 'secondary')}</ul>
${addressLine(view, words)}
</section>`;
}

function addressSection(view: CredentialView, words: PageWords): Html {
  return html`<section class="keep">${addressLine(view, words)}</section>`;
}

function addressLine(view: CredentialView, words: PageWords): Html | false {
  const { self } = view.links;
  return (
    linkTarget(self) !== null &&
    html`<p class="small">${words.address}: <a class="code" href="${self}" dir="ltr">${self}</a></p>`
  );
}

function proofSection(view: CredentialView, words: PageWords): Html {
  const { proof } = view;
  const row = (label: string, value: string) =>
    html`<div><dt>${label}</dt><dd><bdi class="code" dir="ltr">${value}</bdi></dd></div>
`;
  return html`<details class="proof">
<summary>${words.proof}</summary>
<dl>
${row(words.proofVerdict, proof.verdict)}${row(words.issuerDid, proof.issuerDid)}${row(words.key, proof.keyId)}${row(words.cryptosuite, proof.cryptosuite)}${row(words.credentialId, view.id)}</dl>
${
  proof.reasons.length > 0 &&
  html`<h3>${words.reasons}</h3>
<ul>${proof.reasons.map((reason) => html`<li>${data(reason)}</li>`)}</ul>`
}
</details>`;
}

/** schema.org EducationalOccupationalCredential; says nothing about the person, since search engines read it. */
function structuredDataOf(view: CredentialView): Record<string, unknown> {
  const home = view.organizationUrl === undefined ? null : linkTarget(view.organizationUrl);
  return {
    '@context': 'https://schema.org',
    '@type': 'EducationalOccupationalCredential',
    name: view.achievementName,
    description: view.achievementDescription,
    credentialCategory: 'certificate',
    recognizedBy: { '@type': 'Organization', name: view.organizationName, ...(home === null ? {} : { url: home }) },
    identifier: view.referenceId,
    validFrom: view.issueDate,
    ...(view.expiryDate === null ? {} : { expires: view.expiryDate }),
    url: view.links.self,
  };
}

export { renderNotFoundPage } from './not-found-page.ts';
