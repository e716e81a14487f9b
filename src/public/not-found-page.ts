/** The page for an address that leads nowhere; the same bytes whether nothing is there or nothing may be shown. */

import { renderDocument } from './document.ts';
import { html } from './html.ts';

const page = renderDocument({
  language: 'en',
  direction: 'ltr',
  title: 'Not found',
  banner: 'Certificate check',
  main: html`<section class="verdict doubtful" aria-labelledby="verdict">
<svg viewBox="0 0 24 24" width="48" height="48" aria-hidden="true" focusable="false"><circle cx="12" cy="12" r="10.5"/><path d="M9.2 9.3a2.9 2.9 0 1 1 4 2.7c-.8.4-1.2.9-1.2 1.9M12 16.8v.4"/></svg>
<div>
<h1 id="verdict" class="verdict-title">There is no certificate at this address</h1>
<p>Please check that the address is complete, exactly as printed below the code on the certificate. If it is, ask the organization that issued it.</p>
</div>
</section>
<div class="sheet">
<p lang="es">No hay ningún certificado en esta dirección. Compruebe que está completa, tal como aparece en el certificado, o consulte con la organización que lo emitió.</p>
<p lang="ar" dir="rtl">لا توجد شهادة في هذا العنوان. تأكد من كتابة العنوان كاملًا كما هو مطبوع على الشهادة، أو استفسر من الجهة التي أصدرتها.</p>
</div>`,
  footer: html`<p>404</p>`,
});

export function renderNotFoundPage(): string {
  return page;
}
