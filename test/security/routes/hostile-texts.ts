/** Texts that would do something if they were not only text: our own, and in the long tier the markup of a public list. */

import naughty from 'big-list-of-naughty-strings/blns.json' with { type: 'json' };
import { isThorough } from './world.ts';

export const hostileTexts = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' onmouseover='alert(1)`,
  `</title></textarea></script><svg/onload=alert(1)>`,
  `javascript:alert(1)//`,
  `data:text/html,<script>alert(1)</script>`,
  `--><!--<iframe src="javascript:alert(1)">`,
  `]]><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>`,
  `&lt;script&gt;&#x61;lert(1)&lt;/script&gt;`,
  `\u2028</script><script>alert(1)</script>\u2029`,
  `<a href="javascript&colon;alert(1)">x</a>`,
  `<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=//evil.example">`,
  `<form action=https://evil.example><input name=hash autofocus onfocus=alert(1)>`,
  `<style>@import 'https://evil.example/x.css'</style><link rel=stylesheet href=//evil.example>`,
  `{{constructor.constructor('alert(1)')()}} \${alert(1)} <%= alert(1) %>`,
  `\\"><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`,
];
/** PostgreSQL takes no NUL, so none can be stored. */
const listed = (naughty as string[]).map((text) => text.replaceAll('\0', '')).filter((text) => /[<>"'&;:]/.test(text));

/** Each round gives another text to each column; over all of them each stands in several. */
export const rounds: readonly ((column: number) => string)[] = [
  ...turnsOf(hostileTexts, isThorough ? 2 : 4),
  ...(isThorough ? turnsOf(listed, 24) : []),
];

function turnsOf(texts: readonly string[], step: number): ((column: number) => string)[] {
  const count = Math.ceil(texts.length / step);
  return Array.from(
    { length: count },
    (_, round) => (column) => texts[(round * step + column) % texts.length] as string,
  );
}
