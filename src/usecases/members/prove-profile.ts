/** What may stand in a member's profile: the texts that a row may have, in no greater number than a template has fields for. */

import type { Issue } from '../../domain/issue.ts';
import { codePointName, codePoints, findControl, findDirectionOverride, isVisible, shown } from '../../domain/text.ts';
import { invalidInput } from '../../errors.ts';

const most = { names: 50, name: 64, value: 1_000 };

/** Throws `invalid_input` with every fault, at `profile` or `profile.<name>`. */
export function proveProfile(profile: Readonly<Record<string, string>> | undefined): void {
  const entries = Object.entries(profile ?? {});
  const issues: Issue[] = entries.flatMap(([name, value]) => {
    const issue = nameIssue(name) ?? textIssue(value, true, most.value);
    return issue ? [{ path: `profile.${shown(name).slice(0, most.name)}`, ...issue }] : [];
  });
  if (entries.length > most.names)
    issues.push({ path: 'profile', code: 'invalid', params: { reason: `at most ${most.names} values are allowed` } });
  if (issues.length > 0) throw invalidInput('the member is not valid', issues.slice(0, most.names + 1));
}

type Fault = Omit<Issue, 'path'>;

function nameIssue(name: string): Fault | undefined {
  if (!isVisible(name)) return { code: 'invalid', params: { reason: 'a value needs a name' } };
  if (['__proto__', 'constructor', 'prototype'].includes(name))
    return { code: 'invalid', params: { reason: 'the name is not allowed' } };
  return textIssue(name, false, most.name);
}

function textIssue(text: string, lines: boolean, max: number): Fault | undefined {
  const control = findControl(text, lines);
  if (control !== undefined) return { code: 'control_character', params: { codePoint: codePointName(control) } };
  const override = findDirectionOverride(text);
  if (override !== undefined) return { code: 'bidi_override', params: { codePoint: codePointName(override) } };
  if (!text.isWellFormed() || text.includes('\ufffd')) return { code: 'malformed_text' };
  const length = codePoints(text);
  return length > max ? { code: 'too_long', params: { length, max } } : undefined;
}
