/** The form of POST /business/batches: wire shape only; what it means is the use case's business. */

import type { Issue } from '../../domain/issue.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { Form, UploadedFile } from '../../http/read-form.ts';
import type { ChosenSignatory } from '../../usecases/batches/choose-signatories.ts';
import { readSignatories } from './signatories-form.ts';

export interface BatchForm {
  /** Every fault of its shape, keys as VEC's; where there is one, what it is about is missing below. */
  issues: Issue[];
  name: string;
  templateId: string | undefined;
  file: UploadedFile | undefined;
  signatories: ChosenSignatory[];
  charset: string | undefined;
}

export function readBatchForm(form: Form): BatchForm {
  const issues: Issue[] = [];
  const fault = (path: string, sentence: string) => issues.push({ path, code: 'invalid', params: { sentence } });
  const name = form.fields.get('name')?.trim() ?? '';
  const templateId = form.fields.get('template_id')?.trim() ?? '';
  const isFile = (path: string) => form.files.has(path);
  // U+FFFD stands where bytes were not UTF-8.
  if (isFile('name') || /[\u0000-\u001f\u007f\ufffd]/.test(name) || !name.isWellFormed())
    fault('name', 'The name field must be a string.');
  else if (name === '') issues.push({ path: 'name', code: 'required' });
  else if ([...name].length > 255)
    issues.push({ path: 'name', code: 'too_long', params: { max: 255, length: [...name].length } });
  if (isFile('template_id')) issues.push({ path: 'template_id', code: 'invalid' });
  else if (templateId === '') issues.push({ path: 'template_id', code: 'required' });
  else if (!isUuid(templateId)) issues.push({ path: 'template_id', code: 'invalid' });
  const file = form.files.get('csv_file');
  if (form.fields.has('csv_file') && !file) fault('csv_file', 'The csv file field must be a file.');
  else if (!file) issues.push({ path: 'csv_file', code: 'required' });
  const signatories = readSignatories(form, issues);
  const charset = form.fields.get('charset') || undefined;
  return { issues, name, templateId: isUuid(templateId) ? templateId : undefined, file, signatories, charset };
}
