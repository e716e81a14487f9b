/** What is sent to the vault: wire shape only, with Laravel's sentences; what it means is the use case's business. */

import type { Issue } from '../../domain/issue.ts';
import { isUuid } from '../../domain/uuid.ts';
import { longestVaultName } from '../../domain/vault-template.ts';
import { invalidInput } from '../../errors.ts';
import type { Form, UploadedFile } from '../../http/read-form.ts';
import { type EntryWithFile, mostVaultEntries } from '../../usecases/vault/create-vault-batch.ts';
import { type VaultEntry, vaultEntryIssues } from '../../usecases/vault/vault-source.ts';

type Values = Record<string, unknown>;

const said = (path: string, sentence: string): Issue => ({ path, code: 'invalid', params: { sentence } });

/** In this order Laravel goes through its rules: each for all entries before the next. */
const ruleOrder = [
  'certificate_title',
  'full_name',
  'applicant_email',
  'file_id',
  'issue_date',
  'details',
  'certificate_file',
];

function refuse(message: string, issues: Issue[]): void {
  const rank = ({ path }: Issue) => ruleOrder.indexOf(path.split('.').at(-1) as string);
  if (issues.length > 0)
    throw invalidInput(
      message,
      [...issues].sort((a, b) => rank(a) - rank(b)),
    );
}

/** Throws `invalid_input` with every fault at once, keys as VEC's. */
export function readVaultForm(form: Form): { entry: VaultEntry; file: UploadedFile } {
  const issues: Issue[] = [];
  const entry = readEntry(Object.fromEntries(form.fields), '', issues);
  const file = fileOf(form, 'certificate_file', issues);
  refuse('the form is not valid', issues);
  return { entry, file: file as UploadedFile };
}

export function readFileForm(form: Form): UploadedFile {
  const issues: Issue[] = [];
  const file = fileOf(form, 'file', issues);
  refuse('the form is not valid', issues);
  return file as UploadedFile;
}

function fileOf(form: Form, key: string, issues: Issue[]): UploadedFile | undefined {
  const file = form.files.get(key);
  const attribute = key.replaceAll('_', ' ');
  if (!file && form.fields.has(key)) issues.push(said(key, `The ${attribute} field must be a file.`));
  else if (!file) issues.push(said(key, `The ${attribute} field is required.`));
  return file;
}

/** The body of a bulk upload. */
export function readVaultEntries(body: unknown): EntryWithFile[] {
  const entries = (body as Values | null | undefined)?.entries;
  const fault = (sentence: string) => invalidInput('the entries are not valid', [said('entries', sentence)]);
  if (entries === undefined || entries === null || (Array.isArray(entries) && entries.length === 0))
    throw fault('The entries field is required.');
  if (!Array.isArray(entries)) throw fault('The entries field must be an array.');
  if (entries.length > mostVaultEntries)
    throw fault(`The entries field must not have more than ${mostVaultEntries} items.`);
  const issues: Issue[] = [];
  const read = entries.map((one: unknown, at) => {
    const values = typeof one === 'object' && one !== null && !Array.isArray(one) ? (one as Values) : {};
    if (values !== one) issues.push(said(`entries.${at}`, `The entries.${at} field must be an array.`));
    return { ...readEntry(values, `entries.${at}.`, issues), fileId: readFileId(values, `entries.${at}.`, issues) };
  });
  const count = new Map<string, number>();
  for (const { fileId } of read) count.set(fileId, (count.get(fileId) ?? 0) + 1);
  read.forEach(({ fileId }, at) => {
    if (fileId !== '' && (count.get(fileId) as number) > 1)
      issues.push(said(`entries.${at}.file_id`, `The entries.${at}.file_id field has a duplicate value.`));
  });
  refuse('the entries are not valid', issues);
  return read;
}

function readFileId(values: Values, prefix: string, issues: Issue[]): string {
  const path = `${prefix}file_id`;
  const id = readText(values, 'file_id', prefix, 100, true, issues) ?? '';
  if (id !== '' && !isUuid(id)) issues.push(said(path, `The ${path} field must be a valid UUID.`));
  return id.toLowerCase();
}

function readEntry(values: Values, prefix: string, issues: Issue[]): VaultEntry {
  const text = (key: string, most: number, required: boolean) => readText(values, key, prefix, most, required, issues);
  const title = text('certificate_title', 255, true) ?? '';
  const fullName = text('full_name', longestVaultName, true) ?? '';
  const email = text('applicant_email', 255, true) ?? '';
  const issueDate = text('issue_date', 255, false);
  if (issueDate !== undefined && !isDay(issueDate))
    issues.push(
      said(`${prefix}issue_date`, `The ${attributeOf(prefix, 'issue_date')} field must match the format Y-m-d.`),
    );
  const details = text('details', 1_000, false);
  const entry = { title, fullName, email, ...(issueDate && { issueDate }), ...(details && { details }) };
  // What the use case would find wrong besides, so that nobody is told twice.
  const named = new Set(issues.map(({ path }) => path));
  const more = vaultEntryIssues(entry).map((issue) => ({ ...issue, path: prefix + issue.path }));
  issues.push(...vaultSentences(more.filter(({ path }) => !named.has(path))));
  return entry;
}

/** Trimmed; empty is absent, as Laravel has it. */
function readText(
  values: Values,
  key: string,
  prefix: string,
  most: number,
  required: boolean,
  issues: Issue[],
): string | undefined {
  const value = Object.hasOwn(values, key) ? values[key] : undefined;
  const attribute = attributeOf(prefix, key);
  const fault = (rest: string) => void issues.push(said(prefix + key, `The ${attribute} field ${rest}`));
  const empty = value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
  if (empty) return required ? (fault('is required.') as undefined) : undefined;
  if (typeof value !== 'string' || !value.isWellFormed()) return fault('must be a string.') as undefined;
  const text = value.trim();
  if ([...text].length > most) fault(`must not be greater than ${most} characters.`);
  return text;
}

/** Laravel leaves the names of nested attributes as they are. */
const attributeOf = (prefix: string, key: string) => (prefix === '' ? key.replaceAll('_', ' ') : prefix + key);

function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '1000') return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
}

/** The use case's faults in Laravel's sentences. */
export function vaultSentences(issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => {
    const attribute = issue.path.includes('.') ? issue.path : issue.path.replaceAll('_', ' ');
    const sentence = sentenceOf(issue, attribute);
    return sentence === undefined ? issue : said(issue.path, sentence);
  });
}

function sentenceOf({ path, code, params }: Issue, attribute: string): string | undefined {
  const isFile = path === 'file' || path === 'certificate_file';
  if (code === 'not_an_email') return `The ${attribute} field must be a valid email address.`;
  if (code === 'not_a_choice' && isFile)
    return `The ${attribute} field must be a file of type: ${((params?.choices ?? []) as string[]).join(', ')}.`;
  if (code === 'too_large' && isFile)
    return `The ${attribute} field must not be greater than ${params?.max} kilobytes.`;
  if (params?.sentence !== undefined) return String(params.sentence);
  return isFile && code === 'invalid' ? `The ${attribute} field is invalid: ${params?.reason}.` : undefined;
}
