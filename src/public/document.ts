/** The frame of every page: declares language and direction, loads one stylesheet and nothing else, and asks not to be indexed. */

import { type Html, html } from './html.ts';
import { stylesheet } from './stylesheet.ts';

export interface Page {
  /** BCP 47. */
  language: string;
  direction: 'ltr' | 'rtl';
  title: string;
  /** What stands in the bar at the top. */
  banner: string;
  /** Goes into the head, after the title. */
  head?: Html | null;
  main: Html;
  footer: Html;
}

/** The document as text. HTML that is well-formed XML too. */
export function renderDocument(page: Page): string {
  return html`<!DOCTYPE html>
<html lang="${page.language}" dir="${page.direction}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="robots" content="noindex, noarchive"/>
<meta name="referrer" content="no-referrer"/>
<meta name="color-scheme" content="light dark"/>
<title>${page.title}</title>
<link rel="stylesheet" href="${stylesheet.path}"/>
${page.head}
</head>
<body>
<header class="bar"><p>${seal}<span>${page.banner}</span></p></header>
<main>
${page.main}
</main>
<footer>
${page.footer}
</footer>
</body>
</html>
`.toString();
}

const seal = html`<svg class="seal" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false"><circle cx="12" cy="9.5" r="6.5"/><circle cx="12" cy="9.5" r="3.4"/><path d="M8 15l-1.6 7L12 19.4 17.6 22 16 15"/></svg>`;
