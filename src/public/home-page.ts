/** The page at `/`: says what runs here and where to go on. */

import { renderDocument } from './document.ts';
import { html } from './html.ts';

export function renderHomePage(hasMailbox: boolean): string {
  return renderDocument({
    language: 'en',
    direction: 'ltr',
    title: 'Chancery',
    banner: 'Chancery',
    main: html`<section><h1>This is a Chancery server</h1>
<p>It issues certificates and verifiable credentials in batches. To check one, open the address printed on it or scan its code.</p>
<p><a href="/wallet">See the certificates that were issued to you</a></p>
${hasMailbox && html`<p><a href="/mailbox">Read the mail caught on this machine</a></p>`}</section>`,
    footer: html`<p>Chancery</p>`,
  });
}
