/** What is wrong, in the door's two languages: of a recipient, in the answer and in a job's result, and of a request as a whole. */

import type { Issue } from '../../domain/issue.ts';
import type { ChanceryError } from '../../errors.ts';
import { shownMessage } from '../../http/normalize-error.ts';
import type { ConnectionFault } from '../../http/refuse-connection.ts';
import type { Language } from './language.ts';
import type { Step, Words } from './words.ts';
import { english } from './words-en.ts';
import { spanish } from './words-es.ts';

const words: Record<Language, Words> = { es: spanish, en: english };

/** As the synchronous answer lists them: every fault by itself, with what is allowed. */
export function recipientErrors(issues: readonly Issue[], language: Language): string[] {
  return issues.map((issue) => sentenceOf(issue, language));
}

/** As a job's result says it: one text for the row. */
export function rowError(issues: readonly Issue[], language: Language): string {
  return issues.map((issue) => sentenceOf(issue, language, true)).join('; ');
}

/** `sentence` among the facts is what a form says of an option in English; this door has its own words for options. */
function sentenceOf({ path, code, params = {} }: Issue, language: Language, brief = false): string {
  return words[language].issues[code]({ path, params, brief });
}

/** Of a request that is refused as a whole. */
export function errorSentence(error: ChanceryError, language: Language): string {
  if (error.issues.length > 0) return rowErrors(error.issues, language);
  return words[language].errors[error.code](error.details, shownMessage(error));
}

const rowErrors = (issues: readonly Issue[], language: Language) => recipientErrors(issues, language).join('; ');

/** What a job that is under way is doing. */
export function progressLine(progress: { step: Step; current: number; total: number }, language: Language): string {
  return words[language].progress[progress.step](progress.current, progress.total);
}

export function methodSentence(method: string, allowed: readonly string[], language: Language): string {
  return words[language].method(method, allowed.join(', '));
}

export function connectionSentence(status: ConnectionFault, language: Language): string {
  return words[language].connection[status];
}
