/** A batch as Click2Mail shows it: its status and its details, children in the order of the alphabet. */

import type { MailJobRow } from '../../db/mail-jobs.ts';
import type { MailingRow } from '../../db/mailings.ts';
import { batchStatus, jobStatus } from './job-status.ts';
import { issueSentence } from './sentences.ts';
import { timestamp } from './wire.ts';
import type { XmlElement } from './xml-writer.ts';

/** `id` stands once, and before any other number that a client could take for it. */
export function batchjobElement(mailing: MailingRow, jobs: readonly MailJobRow[]): XmlElement {
  const { completedAt, createdAt, number, receivedAt, submittedAt, hasErrors } = mailing;
  return [
    'batchjob',
    [
      ...(completedAt ? [['completedAt', timestamp(completedAt)] as const] : []),
      ['createdAt', timestamp(createdAt)],
      ['errorMessage', errorMessage(mailing, jobs)],
      ['hasErrors', hasErrors],
      ['id', number],
      ...jobs.map(jobElement),
      ['received', receivedAt !== null],
      ['submitted', submittedAt !== null],
    ],
  ];
}

/** The first six are always there: a program in C# reads them without looking. */
export function batchElement(mailing: MailingRow, jobs: readonly MailJobRow[]): XmlElement {
  const { number, createdAt, documentName, orderFacts, pieces, status } = mailing;
  return [
    'batch',
    [
      ['batchNumber', number],
      ['createdAt', timestamp(createdAt)],
      ['documentName', orderFacts?.filename || documentName || ''],
      ['errorMessage', errorMessage(mailing, jobs)],
      ['noOfPieces', pieces > 0 ? pieces : (orderFacts?.pieces ?? 0)],
      ['status', batchStatus[status]],
      ['noOfJobs', jobs.length],
      ...jobs.map(jobElement),
      ...(orderFacts?.unknown ?? []).map((path): XmlElement => ['unknownElement', path]),
    ],
  ];
}

function jobElement(job: MailJobRow): XmlElement {
  const { number, index, status, fault, mailingDate, submittedAt, completedAt, warnings } = job;
  const lost = leftOut(job);
  return [
    'jobs',
    [
      ...(completedAt ? [['completedDate', timestamp(completedAt)] as const] : []),
      ['errorMessage', fault ?? ''],
      ['jobId', number],
      ['jobIndex', index],
      ['jobStatus', jobStatus[status]],
      ...(mailingDate ? [['mailingDate', mailingDate] as const] : []),
      ...(submittedAt ? [['submittedDate', timestamp(submittedAt)] as const] : []),
      ...(lost ? [['warning', lost] as const] : []),
      ...warnings.map((issue): XmlElement => ['warning', issueSentence(issue)]),
    ],
  ];
}

/** Recipients who fail alone are no error of their job, and nobody would hear of them. */
function leftOut({ status, failed, total }: MailJobRow): string | undefined {
  if (failed === 0 || status === 'failed') return undefined;
  return `${failed} of ${total} recipients cannot be mailed to and ${failed === 1 ? 'is' : 'are'} left out, at no cost.`;
}

/** The batch's own fault, else how many of its jobs have one and the first of them. */
function errorMessage({ fault }: MailingRow, jobs: readonly MailJobRow[]): string {
  if (fault) return fault;
  const failed = jobs.filter((job) => job.status === 'failed');
  const [first] = failed;
  if (!first) return '';
  const count = failed.length === 1 ? 'One job has' : `${failed.length} jobs have`;
  return `${count} failed. Job ${first.number} (${first.index + 1} of ${jobs.length}): ${first.fault ?? ''}`.trim();
}
