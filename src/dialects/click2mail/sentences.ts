/** What is wrong with a request, in the English of this door. */

import { describeIssue, type Issue } from '../../domain/issue.ts';
import type { ChanceryError, ErrorCode } from '../../errors.ts';
import { shownMessage } from '../../http/normalize-error.ts';
import type { ConnectionFault } from '../../http/refuse-connection.ts';

const sentences: Partial<Record<ErrorCode, (error: ChanceryError) => string>> = {
  unauthenticated: () => 'The user name or the password is not valid.',
  not_found: ({ details }) => `There is no ${noun(details.noun)} ${named(details.id)}.`.replace(' .', '.'),
  too_many_requests: ({ details }) => `Too many requests; try again in ${details.retryAfter} seconds.`,
};

/** `noun` of the core, as this door calls it. */
const nouns: Record<string, string> = {
  mailing: 'batch',
  mail_job: 'job',
  'mail job': 'job',
  mail_document: 'document',
  'mail document': 'document',
  address_list: 'address list',
};

const noun = (word: unknown) => nouns[String(word)] ?? String(word ?? 'such address');
/** Whatever was asked for is told back, but no more than a line of it. */
const named = (id: unknown) => String(id ?? '').slice(0, 100);

export function errorSentence(error: ChanceryError): string {
  if (error.issues.length > 0) return error.issues.map(issueSentence).join(' ');
  return sentences[error.code]?.(error) ?? closed(inOwnWords(shownMessage(error)));
}

/** What the core calls a mailing is a batch here. */
const inOwnWords = (message: string) => message.replace(/\bmailing\b/g, 'batch').replace(/\bmail job\b/g, 'job');

export function methodSentence(method: string, allowed: readonly string[]): string {
  return `${method} is not possible here; possible are ${allowed.join(', ')}.`;
}

/** `returnAddress.state has 12 characters; at most …` */
export function issueSentence(issue: Issue): string {
  const own = missing[`${issue.path} ${issue.code}`];
  if (own) return own;
  if (issue.code === 'too_many_rows') return `The body has more than ${issue.params?.max} recipients.`;
  const said = describeIssue(issue);
  // Of a whole file some sentences name their subject themselves.
  return closed(said.startsWith('the ') ? said : `${subjects.get(issue.path) ?? issue.path} ${said}`.trim());
}

/** Of a batch that is submitted too early. */
const missing: Record<string, string> = {
  'document required': 'The batch has no PDF; PUT it first, with the content type application/pdf.',
  'order required': 'The batch has no XML; PUT it first, with the content type application/xml.',
};

/** A map, since paths may be names that clients write. */
const subjects = new Map([
  ['body', 'the body'],
  ['file', 'the file'],
  ['asset', 'the document'],
]);

function closed(text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}

const connection: Record<ConnectionFault, string> = {
  400: 'The request could not be read.',
  408: 'The request took too long.',
  431: 'The header of the request is too large.',
};

export const connectionSentence = (status: ConnectionFault): string => connection[status];
