/** The page every certificate's mail is set in: one column, no picture, nothing loaded from anywhere, readable in light and dark; HTML that is well-formed XML too. */

/** Markup that is safe to put into the page as it stands. */
export interface FrameParts {
  /** BCP 47. */
  language: string;
  direction: 'ltr' | 'rtl';
  title: string;
  organization: string;
  heading: string;
  greeting: string;
  paragraphs: string[];
  facts: { label: string; value: string }[];
  url: string;
  button: string;
  linkIntro: string;
  /** A second address, less in view than the first. */
  more?: { text: string; url: string };
  footer: string;
}

export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]/g, '\ufffd')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

const font = "font-family:-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Naskh Arabic',Tahoma,Arial,sans-serif";
const serif =
  "font-family:'Iowan Old Style','Palatino Linotype',Palatino,'Noto Serif','Noto Naskh Arabic',Georgia,serif";

/** Mail programs drop style sheets or keep them as they please: what matters is inline, the sheet only turns it dark. */
const sheet = `:root{color-scheme:light dark;supported-color-schemes:light dark}
a{color:#1d4e89}
@media (prefers-color-scheme:dark){
.ground{background:#14181d!important}
.sheet{background:#1d232a!important;border-color:#343d47!important}
.ink{color:#e9ecef!important}
.soft{color:#aeb8c2!important}
.rule{border-color:#343d47!important}
.button{background:#a8cbf3!important;color:#10202f!important}
a.plain{color:#a8cbf3!important}
}`;

const rows = (parts: FrameParts) =>
  parts.facts
    .map(
      ({ label, value }) =>
        `<tr><th scope="row" class="soft rule" style="${font};font-size:14px;font-weight:400;color:#566270;text-align:start;vertical-align:top;padding:8px 0;padding-inline-end:16px;border-top:1px solid #e3e7eb;white-space:nowrap">${label}</th>` +
        `<td class="ink rule" style="${font};font-size:14px;color:#1c2733;text-align:start;vertical-align:top;padding:8px 0;border-top:1px solid #e3e7eb;word-break:break-word">${value}</td></tr>`,
    )
    .join('\n');

const paragraphs = (parts: FrameParts) =>
  [parts.greeting, ...parts.paragraphs]
    .filter((text) => text !== '')
    .map(
      (text) =>
        `<p class="ink" style="${font};font-size:16px;line-height:1.6;color:#1c2733;margin:0 0 16px">${text}</p>`,
    )
    .join('\n');

const address = (text: string, url: string) =>
  `<p class="soft" style="${font};font-size:14px;line-height:1.5;color:#566270;margin:0 0 24px">${text}<br/><a class="plain" href="${url}" dir="ltr" style="color:#1d4e89;word-break:break-all">${url}</a></p>`;

/** The whole document. Every part is markup already: escape before, never after. */
export function frameMail(parts: FrameParts): string {
  const { language, direction, title, url } = parts;
  return `<!DOCTYPE html>
<html lang="${language}" dir="${direction}">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="supported-color-schemes" content="light dark"/>
<title>${title}</title>
<style>${sheet}</style>
</head>
<body class="ground" style="margin:0;padding:0;background:#f3f5f7">
<div dir="${direction}" lang="${language}" class="ground" style="background:#f3f5f7;padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:560px;margin:0 auto">
<tr><td class="sheet" style="background:#ffffff;border:1px solid #e3e7eb;border-radius:12px;padding:32px 28px">
<p class="soft" style="${font};font-size:14px;color:#566270;margin:0 0 8px">${parts.organization}</p>
<h1 class="ink" style="${serif};font-size:26px;line-height:1.25;font-weight:600;color:#1c2733;margin:0 0 24px">${parts.heading}</h1>
${paragraphs(parts)}
<p style="margin:28px 0"><a class="button" href="${url}" style="${font};display:inline-block;background:#1d4e89;color:#ffffff;font-size:16px;font-weight:600;line-height:1.2;text-decoration:none;padding:14px 24px;border-radius:8px">${parts.button}</a></p>
${address(parts.linkIntro, url)}${parts.more ? `\n${address(parts.more.text, parts.more.url)}` : ''}
<table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse">
${rows(parts)}
</table>
</td></tr>
<tr><td style="padding:20px 28px">
<p class="soft" style="${font};font-size:13px;line-height:1.5;color:#566270;margin:0">${parts.footer}</p>
</td></tr>
</table>
</div>
</body>
</html>
`;
}
