/** Reads the query of a list as Laravel's rules would: an empty value is none, of a repeated one the last counts, all faults at once. */

import type { Issue } from '../../domain/issue.ts';
import { invalidInput } from '../../errors.ts';
import { isDay } from '../../http/days.ts';

export interface ListQuery {
  /** One of the words; absent: undefined. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined;
  /** Text of at most 255 characters. */
  text(name: string): string | undefined;
  /** Whatever was sent: what cannot be an id finds nothing. */
  id(name: string): string | undefined;
  integer(name: string): number | undefined;
  /** `YYYY-MM-DD`. */
  day(name: string): string | undefined;
  /** Throws `invalid_input` with everything found wrong. */
  refuseFaults(): void;
}

export function readListQuery(query: Record<string, unknown>): ListQuery {
  const issues: Issue[] = [];
  const fault = (path: string, sentence: string) => {
    issues.push({ path, code: 'invalid', params: { sentence } });
    return undefined;
  };
  const words = (name: string) => name.replaceAll('_', ' ');
  /** `name[]=x` is an array to PHP, and no rule here takes one. */
  const read = (name: string): { value?: string; isArray: boolean } => {
    const isArray = Object.keys(query).some((key) => key.startsWith(`${name}[`));
    const value = [query[name]].flat().at(-1);
    const text = value === undefined ? '' : String(value).trim();
    return { isArray, ...(text !== '' && { value: text }) };
  };
  return {
    choice(name, allowed) {
      const { value, isArray } = read(name);
      if (value === undefined && !isArray) return undefined;
      const found = isArray ? undefined : allowed.find((one) => one === value);
      return found ?? fault(name, `The selected ${words(name)} is invalid.`);
    },
    text(name) {
      const { value, isArray } = read(name);
      // No database text holds NUL, and no name holds a control character.
      if (isArray || /[\u0000-\u001f\u007f]/.test(value ?? ''))
        return fault(name, `The ${words(name)} field must be a string.`);
      if (value !== undefined && [...value].length > 255)
        return fault(name, `The ${words(name)} field must not be greater than 255 characters.`);
      return value;
    },
    id(name) {
      const { value, isArray } = read(name);
      return isArray ? 'several' : value;
    },
    integer(name) {
      const { value, isArray } = read(name);
      if (value === undefined && !isArray) return undefined;
      if (isArray || !/^[+-]?\d{1,15}$/.test(value ?? ''))
        return fault(name, `The ${words(name)} field must be an integer.`);
      return Number(value);
    },
    day(name) {
      const { value, isArray } = read(name);
      if (value === undefined && !isArray) return undefined;
      if (isArray || !isDay(value ?? '')) return fault(name, `The ${words(name)} field must match the format Y-m-d.`);
      return value;
    },
    refuseFaults() {
      if (issues.length > 0) throw invalidInput('the query is not valid', issues);
    },
  };
}
