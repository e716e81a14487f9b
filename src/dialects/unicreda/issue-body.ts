/** The body of POST /api/v1/credentials/issue: wire shape only; what it means is the use case's business. */

import type { Issue } from '../../domain/issue.ts';
import { isUuid } from '../../domain/uuid.ts';
import { invalidInput } from '../../errors.ts';
import type { ReceivedBody } from '../../http/receive-body.ts';
import { readJsonEnvelope } from '../../usecases/batches/json-source.ts';

export const listKey = 'recipients';

export interface IssueBody {
  templateId: string;
  /** How many there are: at least one. */
  recipients: number;
  /** Of the first, as it was sent. */
  email: string;
  /** Of the job; our addition. */
  name: string | undefined;
}

/** Throws `invalid_input` with every fault at once; what the recipients say is not looked at. */
export async function readIssueBody(body: ReceivedBody): Promise<IssueBody> {
  const { values, rows, first, issues } = await readJsonEnvelope(body.open, listKey, ['template_id', 'name']);
  if (issues.some(({ path }) => path === 'body')) throw invalidInput('the body is not valid', issues);
  const fault = (issue: Issue) => void (issues.some(({ path }) => path === issue.path) || issues.push(issue));
  const given = (key: string) => values.has(key) && values.get(key) !== null;
  const templateId = values.get('template_id');
  if (!given('template_id')) fault({ path: 'template_id', code: 'required' });
  else if (typeof templateId !== 'string' || !isUuid(templateId.trim()))
    fault({ path: 'template_id', code: 'invalid' });
  if (rows === 0) fault({ path: listKey, code: 'no_rows' });
  else if (rows === undefined) fault({ path: listKey, code: given(listKey) ? 'invalid' : 'required' });
  const name = given('name') ? values.get('name') : undefined;
  if (name !== undefined && !isName(name)) fault({ path: 'name', code: 'invalid' });
  if (issues.length > 0) throw invalidInput('the body is not valid', issues);
  return {
    templateId: (templateId as string).trim(),
    recipients: rows as number,
    email: emailOf(first),
    name: name?.toString().trim(),
  };
}

const isName = (name: unknown): boolean =>
  typeof name === 'string' &&
  name.trim() !== '' &&
  [...name].length <= 255 &&
  !/\p{Cc}/u.test(name) &&
  name.isWellFormed();

function emailOf(recipient: unknown): string {
  const email = (recipient as { email?: unknown } | null)?.email;
  return typeof email === 'string' ? email : email === undefined || email === null ? '' : JSON.stringify(email);
}
