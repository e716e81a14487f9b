/** The form of POST /business/batches: wire shape only; what it means is the use case's business. */

import type { Issue } from '../../domain/issue.ts';
import { isUuid } from '../../domain/uuid.ts';
import { invalidInput } from '../../errors.ts';
import type { Form, UploadedFile } from '../../http/read-form.ts';
import type { ChosenSignatory } from '../../usecases/batches/choose-signatories.ts';

export interface BatchForm {
  name: string;
  templateId: string;
  file: UploadedFile;
  signatories: ChosenSignatory[];
  charset: string | undefined;
}

/** Throws `invalid_input` with every fault at once, keys as VEC's. */
export function readBatchForm(form: Form): BatchForm {
  const issues: Issue[] = [];
  const name = form.fields.get('name')?.trim() ?? '';
  const templateId = form.fields.get('template_id')?.trim() ?? '';
  const file = form.files.get('csv_file');
  if (name === '') issues.push({ path: 'name', code: 'required' });
  else if ([...name].length > 255)
    issues.push({ path: 'name', code: 'too_long', params: { max: 255, length: [...name].length } });
  else if (/[\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed())
    issues.push({ path: 'name', code: 'invalid', params: { sentence: 'The name field must be a string.' } });
  if (templateId === '') issues.push({ path: 'template_id', code: 'required' });
  else if (!isUuid(templateId)) issues.push({ path: 'template_id', code: 'invalid' });
  if (form.fields.has('csv_file') && !file)
    issues.push({ path: 'csv_file', code: 'invalid', params: { sentence: 'The csv file field must be a file.' } });
  else if (!file) issues.push({ path: 'csv_file', code: 'required' });
  const signatories = readSignatories(form, issues);
  if (issues.length > 0) throw invalidInput('the form is not valid', issues);
  return {
    name,
    templateId,
    file: file as UploadedFile,
    signatories,
    charset: form.fields.get('charset') || undefined,
  };
}

/** `signatories[N][key]`, with both vocabularies: user_uuid or institution_user_id, index or signatory_index. */
function readSignatories(form: Form, issues: Issue[]): ChosenSignatory[] {
  const rows = new Map<number, Map<string, string>>();
  for (const [field, value] of form.fields) {
    const match = /^signatories\[(\d{1,3})\]\[(\w{1,40})\]$/.exec(field);
    if (!match) continue;
    const at = Number(match[1]);
    rows.set(at, (rows.get(at) ?? new Map()).set(match[2] as string, value.trim()));
  }
  const ordered = [...rows].sort(([a], [b]) => a - b);
  const chosen = ordered.map(([at, row]) => {
    const member =
      row.get('user_uuid') ??
      row.get('institution_user_uuid') ??
      row.get('user_id') ??
      row.get('institution_user_id') ??
      '';
    const index = row.get('index') ?? row.get('signatory_index') ?? '';
    if (member === '') issues.push({ path: `signatories.${at}.user_uuid`, code: 'required' });
    else if (!isUuid(member) && !/^\d{1,9}$/.test(member))
      issues.push({
        path: `signatories.${at}.user_uuid`,
        code: 'invalid',
        params: { sentence: `The selected signatories.${at}.user_uuid is invalid.` },
      });
    if (!/^\d{1,3}$/.test(index))
      issues.push({
        path: `signatories.${at}.index`,
        code: index === '' ? 'required' : 'invalid',
        params: { sentence: `The signatories.${at}.index field must be an integer.` },
      });
    return { at, member, slot: Number(index) };
  });
  if (!issues.some(({ path }) => path.startsWith('signatories.'))) checkOrder(chosen, issues);
  return chosen.map(({ member, slot }) => ({ member, slot }));
}

function checkOrder(chosen: { at: number; member: string; slot: number }[], issues: Issue[]): void {
  const fault = (path: string, sentence: string) => issues.push({ path, code: 'invalid', params: { sentence } });
  if (chosen.length === 0) return;
  if (new Set(chosen.map(({ member }) => member.toLowerCase())).size < chosen.length)
    fault('signatories', 'The same signatory cannot be assigned to multiple positions.');
  const sorted = [...chosen].sort((a, b) => a.slot - b.slot);
  if (sorted[0]?.slot !== 1) fault(`signatories.${chosen[0]?.at}.index`, 'Signatory indices must start from 1.');
  const gap = sorted.find(({ slot }, at) => at > 0 && slot !== (sorted[at - 1] as { slot: number }).slot + 1);
  if (gap) fault(`signatories.${gap.at}.index`, 'Signatory indices must be sequential starting from 1 without gaps.');
}
