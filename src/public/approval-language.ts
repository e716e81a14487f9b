/** Which language a signatory's page speaks: the reader's own where it can, else the template's, else English; and numbers and scripts in it. */

import { type ApprovalWords, english } from './approval-words.ts';
import { arabic } from './approval-words-ar.ts';
import { spanish } from './approval-words-es.ts';
import { numbersIn, readerLanguage } from './reader-language.ts';

const spoken: Record<string, ApprovalWords> = { en: english, es: spanish, ar: arabic };

export interface Speech {
  /** BCP 47. */
  language: string;
  words: ApprovalWords;
  number(value: number): string;
  /** `Latin` of `Latn`. */
  script(code: string): string;
}

/** `accepted` is the header Accept-Language as it came. */
export function speak(accepted: string | undefined, templateLanguage = 'en'): Speech {
  const language = readerLanguage(accepted, templateLanguage, Object.keys(spoken));
  const scripts = new Intl.DisplayNames(language, { type: 'script' });
  return {
    language,
    words: spoken[language] as ApprovalWords,
    number: numbersIn(language),
    script: (code) => scripts.of(code) ?? code,
  };
}
