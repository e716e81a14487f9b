/** A signatory's reason: one line for the people who must correct what was rejected. */

import type { Issue } from '../../domain/issue.ts';
import { invalidInput } from '../../errors.ts';

const maxLength = 500;

/** What is wrong with a reason, at `path`. */
export function reasonIssue(reason: string, path: string): Issue | undefined {
  const length = reason.trim().length;
  if (length === 0) return { path, code: 'required' };
  if (length > maxLength) return { path, code: 'too_long', params: { length, max: maxLength } };
  if (/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(reason.replace(/[\r\n\t]/g, ' ')))
    return { path, code: 'invalid', params: { reason: 'it contains invisible control characters' } };
  return undefined;
}

/** Without line breaks and blanks around. Throws `invalid_input` at `path`. */
export function checkReason(reason: string, path: string): string {
  const issue = reasonIssue(reason, path);
  if (issue) throw invalidInput('a reason of at most 500 characters is needed', [issue]);
  return oneLine(reason);
}

export const oneLine = (reason: string): string => reason.trim().replace(/\s+/g, ' ');
