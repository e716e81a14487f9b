/** What a BCP 47 language tag says about writing: the primary language and the direction of a line. */

const rightToLeftScripts = /-(arab|hebr|thaa|syrc|nkoo|adlm|rohg|mand|samr)(-|$)/i;
const rightToLeftLanguages = new Set(
  'ar arc arz azb bal ckb dv fa glk he iw khw ks lrc mzn nqo pnb ps sd syr ug ur yi'.split(' '),
);

/** `es` of `es-MX`, in lower case. */
export function primaryLanguage(tag: string): string {
  return (tag.split('-')[0] ?? '').toLowerCase();
}

/** A script subtag decides (`az-Arab`, `ur-Latn`), otherwise the language's usual script. */
export function textDirection(tag: string): 'ltr' | 'rtl' {
  if (rightToLeftScripts.test(tag)) return 'rtl';
  if (/^[a-z]{2,3}-[a-z]{4}(-|$)/i.test(tag)) return 'ltr';
  return rightToLeftLanguages.has(primaryLanguage(tag)) ? 'rtl' : 'ltr';
}
