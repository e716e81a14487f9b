/** The form of POST /chancery/v1/batches: wire shape only; what it means is the use case's business. */

import type { Issue } from '../domain/issue.ts';
import { isUuid } from '../domain/uuid.ts';
import { invalidInput } from '../errors.ts';
import type { Form } from '../http/read-form.ts';
import type { ChosenSignatory } from '../usecases/batches/choose-signatories.ts';

/** Throws `invalid_input` with every fault at once. */
export function readBatchForm(form: Form) {
  const issues: Issue[] = [];
  const text = (name: string) => form.fields.get(name)?.trim() ?? '';
  const file = form.files.get('file');
  for (const name of ['name', 'template_id']) if (text(name) === '') issues.push({ path: name, code: 'required' });
  if (/\p{Cc}/u.test(text('name')))
    issues.push({ path: 'name', code: 'invalid', params: { reason: 'it contains control characters' } });
  if (text('template_id') !== '' && !isUuid(text('template_id')))
    issues.push({ path: 'template_id', code: 'invalid', params: { reason: 'it is not a UUID' } });
  if (text('name').length > 255)
    issues.push({ path: 'name', code: 'too_long', params: { length: text('name').length, max: 255 } });
  if (!file) issues.push({ path: 'file', code: 'required' });
  const deliver = text('deliver') || 'email';
  if (deliver !== 'email' && deliver !== 'none')
    issues.push({ path: 'deliver', code: 'not_a_choice', params: { choices: ['email', 'none'] } });
  const signatories = readSignatories(form.fields.get('signatories'), issues);
  if (issues.length > 0 || !file) throw invalidInput('the form is not valid', issues);
  return {
    name: text('name'),
    templateId: text('template_id'),
    file,
    charset: text('charset') || undefined,
    channels: deliver === 'none' ? [] : ['email'],
    hidden: text('hidden') === 'true',
    signatories,
  };
}

/** One member for each place of the template, in order: UUIDs or numbers, separated by commas. */
function readSignatories(text: string | undefined, issues: Issue[]): ChosenSignatory[] | undefined {
  if (!text?.trim()) return undefined;
  return text.split(',').map((part, at) => {
    const member = part.trim();
    const isMember = isUuid(member) || /^[1-9]\d{0,8}$/.test(member);
    const reason = 'it is neither the UUID nor the number of a member';
    if (!isMember) issues.push({ path: `signatories.${at}`, code: 'invalid', params: { reason } });
    return { at, members: isMember ? [member] : [], slot: at + 1 };
  });
}
