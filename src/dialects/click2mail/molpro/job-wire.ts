/** A job as MOLPRO's clients read it. */

import type { App } from '../../../app.ts';
import type { MailJobRow } from '../../../db/mail-jobs.ts';
import type { MailCost } from '../../../domain/mail-cost.ts';
import { jobStatus } from '../job-status.ts';
import { optionNames } from '../products.ts';
import { timestamp } from '../wire.ts';
import type { XmlElement } from '../xml-writer.ts';
import { costElements } from './cost-wire.ts';
import { jobStates } from './job-state.ts';
import { dollars } from './money.ts';

const statusUrl = ({ publicUrl }: App, { number }: MailJobRow): string => `${publicUrl}/molpro/jobs/${number}`;

/** The outcome of a call that changed something. */
export const outcome = (app: App, job: MailJobRow, description = 'Success'): XmlElement[] => [
  ['id', job.number],
  ['status', 0],
  ['description', description],
  ['statusUrl', statusUrl(app, job)],
];

export function stateElements(app: App, job: MailJobRow): XmlElement[] {
  const { number, description } = jobStates[job.status];
  return [
    ['id', job.number],
    ['status', number],
    ['description', job.fault ?? description],
    ['statusUrl', statusUrl(app, job)],
    ['errorMessage', job.fault ?? ''],
  ];
}

/** `cost` and `totalTax` are what programs add up over the jobs of a batch. */
export function costOf(app: App, job: MailJobRow, parts: MailCost | null): XmlElement[] {
  return [
    ...outcome(app, job),
    ['cost', dollars(job.price)],
    ['totalTax', dollars(0)],
    ...(parts ? costElements(parts) : []),
  ];
}

/** Everything that was said of it, in the names it was said in. */
export function infoElements(app: App, job: MailJobRow): XmlElement[] {
  const { terms } = job;
  const shown = [...optionNames, 'documentId', 'mailingDate', 'appSignature', 'projectId', 'ancillaryEndorsement'];
  return [
    ...stateElements(app, job),
    ['jobStatus', jobStatus[job.status]],
    ['dateUpdated', timestamp(job.updatedAt)],
    ...shown.map((name): XmlElement => [name, terms[name] ?? '']),
    ['addressListId', terms.addressId ?? ''],
    ['quantity', job.total],
  ];
}
