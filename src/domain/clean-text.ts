/** A text as it may enter a certificate, or why not: no hidden control or direction characters, nothing broken, NFC. */

import type { Issue, IssueCode } from './issue.ts';
import {
  codePointName,
  findControl,
  findDirectionOverride,
  isPlain,
  isVisible,
  shown,
  unifyLineBreaks,
} from './text.ts';

/** What is wrong with one cell. */
export interface Fault {
  code: IssueCode;
  params?: Issue['params'];
}

export function isFault(value: unknown): value is Fault {
  return typeof value === 'object' && value !== null && 'code' in value;
}

/** NFC, line breaks as `\n` where `lines` allows them; a text of which nothing can be seen is empty. The text comes trimmed. */
export function cleanText(text: string, lines: boolean): string | Fault {
  if (isPlain(text)) return text;
  const value = lines ? unifyLineBreaks(text) : text;
  const control = findControl(value, lines);
  if (control !== undefined) {
    return { code: 'control_character', params: { codePoint: codePointName(control), value: shown(text) } };
  }
  const override = findDirectionOverride(value);
  if (override !== undefined) {
    return { code: 'bidi_override', params: { codePoint: codePointName(override), value: shown(text) } };
  }
  // U+FFFD is what an earlier program left of a character it could not read: it has to be typed again as well.
  if (!value.isWellFormed() || value.includes('\ufffd'))
    return { code: 'malformed_text', params: { value: shown(text) } };
  return isVisible(value) ? value.normalize('NFC') : '';
}
