/** The page for a fault of ours: it says nothing about what went wrong inside. */

import { renderDocument } from './document.ts';
import { html } from './html.ts';

export function renderFaultPage(): string {
  return renderDocument({
    language: 'en',
    direction: 'ltr',
    title: 'Not available now',
    banner: 'Chancery',
    main: html`<section><h1>This cannot be shown now</h1><p>Please try again in a moment. Nothing can be said about the certificate until then.</p></section>`,
    footer: html`<p>Chancery</p>`,
  });
}
