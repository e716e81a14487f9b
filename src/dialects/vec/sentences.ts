/** What is wrong, in Laravel's words and those of VEC's reference. */

import { describeIssue, type Issue, type IssueCode } from '../../domain/issue.ts';

type Say = (attribute: string, params: NonNullable<Issue['params']>) => string;

/** Where several keys share a code, the words are the same. */
const words: Partial<Record<IssueCode, Say>> = {
  required: (attribute) => `The ${attribute} field is required.`,
  too_long: (attribute, { max }) => `The ${attribute} field must not be greater than ${max} characters.`,
  no_such_template: (attribute) => `The selected ${attribute} is invalid.`,
  wrong_count: (attribute, { expected }) =>
    `The ${attribute} field must contain ${expected} item${expected === 1 ? '' : 's'}.`,
  same_member: () => 'The same signatory cannot be assigned to multiple positions.',
  not_from_one: () => 'Signatory indices must start from 1.',
  position_gap: () => 'Signatory indices must be sequential starting from 1 without gaps.',
  no_such_member: (attribute) => `The selected ${attribute} is invalid.`,
  two_members: (attribute) => `The selected ${attribute} is invalid: it names two different users.`,
  archived_member: (attribute, { name }) => cannotSign(attribute, `${name} is archived`),
  no_signature: (attribute, { name }) => cannotSign(attribute, `${name} has no signature`),
  duplicate_rows: (_, { count }) => `The csv file contains ${count} duplicate rows.`,
  duplicate_row: (_, { row, repeats }) => `Row ${row} of the csv file repeats ${repeats}.`,
  missing_header: (_, { column }) => `The csv file must have the column ${column}.`,
  invalid: (attribute, { reason }) => `The ${attribute} field is invalid: ${reason}.`,
};

/** Nobody named the template's own. */
function cannotSign(attribute: string, why: string): string {
  return attribute === 'signatories'
    ? `The template’s own signatory ${why}; name the signatories of this batch.`
    : `The selected ${attribute} is invalid: the user ${why}.`;
}

/** `sentence` among the facts is what a form of this door, or an option of all doors, says itself. */
export function sentence(key: string, issue: Issue): string {
  const { code, params = {} } = issue;
  // Laravel leaves the names of nested attributes as they are.
  const attribute = key.includes('.') ? key : key.replaceAll('_', ' ');
  if (params.sentence !== undefined) return String(params.sentence);
  if (key === 'template_id' && code === 'invalid') return 'The template id field must be a valid UUID.';
  return words[code]?.(attribute, params) ?? `The ${attribute} cannot be read: ${describeIssue(issue)}.`;
}
