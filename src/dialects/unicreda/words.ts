/** What both languages of this door can say. */

import type { Issue, IssueCode } from '../../domain/issue.ts';
import type { ErrorCode } from '../../errors.ts';
import type { ConnectionFault } from '../../http/refuse-connection.ts';

export interface Spot {
  /** The name of the field as UniCreda writes it, or of a part of the request. */
  path: string;
  params: NonNullable<Issue['params']>;
  /** Without the list of what is allowed, as UniCreda's job results have it. */
  brief: boolean;
}

/** What a job that is under way is doing. */
export type Step = 'rows' | 'approval' | 'mails';

export type Say = (spot: Spot) => string;

export interface Words {
  issues: Record<IssueCode, Say>;
  /** `message` is English and may be shown. */
  errors: Record<ErrorCode, (details: Record<string, unknown>, message: string) => string>;
  progress: Record<Step, (current: number, total: number) => string>;
  method(method: string, allowed: string): string;
  connection: Record<ConnectionFault, string>;
}

/** A list or a single fact as text. */
export function plain(value: unknown): string {
  return Array.isArray(value) ? value.join(', ') : String(value ?? '?');
}
