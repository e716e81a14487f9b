/** Reads the filters of a list: an empty value is none, all faults are told at once. */

import type { Issue } from '../../domain/issue.ts';
import { invalidInput } from '../../errors.ts';
import { isDay } from '../../http/days.ts';

export interface Query {
  /** One of the words. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined;
  /** Of at most 255 characters. */
  text(name: string): string | undefined;
  /** `YYYY-MM-DD`. */
  day(name: string): string | undefined;
  /** Throws `invalid_input` with everything found wrong. */
  refuseFaults(): void;
}

export function readQuery(query: Record<string, unknown>): Query {
  const issues: Issue[] = [];
  const fault = (path: string, code: 'invalid' | 'not_a_choice' | 'not_a_date', params: Issue['params']) => {
    issues.push({ path, code, params });
    return undefined;
  };
  const text = (name: string): string | undefined => {
    const value = query[name];
    if (value === undefined || value === '') return undefined;
    // Several values, or characters that no text here has.
    if (typeof value !== 'string' || value.length > 255 || !value.isWellFormed() || /\p{Cc}/u.test(value))
      return fault(name, 'invalid', { reason: 'it is one text of at most 255 characters' });
    return value;
  };
  return {
    text,
    choice(name, words) {
      const value = text(name);
      if (value === undefined) return undefined;
      return words.find((word) => word === value) ?? fault(name, 'not_a_choice', { choices: [...words] });
    },
    day(name) {
      const value = text(name);
      if (value === undefined) return undefined;
      return isDay(value) ? value : fault(name, 'not_a_date', { format: 'YYYY-MM-DD' });
    },
    refuseFaults() {
      if (issues.length > 0) throw invalidInput('the query is not valid', issues);
    },
  };
}
