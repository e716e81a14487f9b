/** Faults of a whole file: an `invalid_input` error whose single issue stands at the path `file`. */

import type { Issue, IssueCode } from '../domain/issue.ts';
import { type ChanceryError, invalidInput } from '../errors.ts';

export function fileIssue(code: IssueCode, params: Issue['params'] = {}): Issue {
  return { path: 'file', code, params };
}

/** The error that refuses the file for one reason. */
export function fileFault(code: IssueCode, params: Issue['params'] = {}): ChanceryError {
  return fileFaults([fileIssue(code, params)]);
}

export function fileFaults(issues: Issue[]): ChanceryError {
  return invalidInput('the file cannot be read', issues);
}
