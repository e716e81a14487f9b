/** Jobs at an IPP printer: found by number and name, taken back, and what their state says of whether something was printed (RFC 8011, 5.3). */

import type { Found, RunFacts, RunState } from './carrier.ts';
import type { IppClient } from './ipp-client.ts';
import type { IppAnswer, IppAttribute, IppAttributes } from './ipp-message.ts';

export const userName: IppAttribute = { name: 'requesting-user-name', tag: 'name', values: ['chancery'] };

export const referenceOf = (jobId: number, runId: string): string => `${jobId}:${runId}`;
export const jobIdOf = (reference: string): number => Number(reference.split(':')[0]);
const runIdOf = (reference: string) => reference.slice(reference.indexOf(':') + 1);

const jobFacts: IppAttribute = {
  name: 'requested-attributes',
  tag: 'keyword',
  values: [
    'job-id',
    'job-name',
    'job-state',
    'job-state-reasons',
    'number-of-documents',
    'time-at-processing',
    'job-k-octets',
    'job-impressions-completed',
    'job-media-sheets-completed',
  ],
};

/** What a job says of whether its run arrived. Whoever may still be sending it must not succeed once it is called absent: it is taken back before. */
export async function judgeJob(
  client: IppClient,
  run: RunFacts,
  reference: string,
  job: IppAttributes,
): Promise<Found> {
  const state = stateOf(job);
  if (isNeverBegun(job)) return { status: 'absent', reason: `the job was ${state} before it was printed` };
  if (job['number-of-documents']?.[0] === 0 && state === 'printed')
    return { status: 'absent', reason: 'the printer ended the job without a document' };
  if (arrivedWhole(job, run)) return { status: 'found', reference, response: `job ${jobIdOf(reference)}: ${state}` };
  if (state === 'waiting') {
    await cancelJob(client, jobIdOf(reference));
    const now = await readJob(client, reference);
    if (now && isNeverBegun(now)) return { status: 'absent', reason: 'the document did not arrive whole' };
    return { status: 'unreachable', reason: 'the printer does not let go of the job' };
  }
  if (state === 'printing')
    return { status: 'unreachable', reason: 'the printer is at it, and not all is printed yet' };
  if (state === 'printed')
    return { status: 'unsure', reason: 'the printer ended the job and does not say that all of it was printed; look' };
  return { status: 'unsure', reason: `the job was ${state} and may have been printed in part; look at the printer` };
}

/**
 * A printer may take a broken connection for the end of the document, so that it has a job is not enough (measured with ippeveprinter 2.4): it has to
 * have counted the bytes, the sides or the sheets.
 */
function arrivedWhole(job: IppAttributes, run: RunFacts): boolean {
  const counted = (name: string) => Number(job[name]?.[0] ?? 0);
  if (isIncoming(job) || !['waiting', 'printing', 'printed'].includes(stateOf(job))) return false;
  return (
    counted('job-k-octets') >= Math.ceil(run.bytes / 1024) ||
    counted('job-impressions-completed') >= run.pages ||
    counted('job-media-sheets-completed') >= run.sheets
  );
}

const reasons = (job: IppAttributes) => job['job-state-reasons'] ?? [];
const isIncoming = (job: IppAttributes) =>
  ['job-incoming', 'job-data-insufficient'].some((reason) => reasons(job).includes(reason));
/** Over, and the printer says in so many words that it never began (RFC 8011, 5.3.14.2). */
const isNeverBegun = (job: IppAttributes) =>
  ['cancelled', 'failed'].includes(stateOf(job)) && job['time-at-processing']?.[0] === null;

const states: Record<number, RunState> = {
  3: 'waiting',
  4: 'waiting',
  5: 'printing',
  6: 'printing',
  7: 'cancelled',
  8: 'failed',
  9: 'printed',
};
export const stateOf = (job: IppAttributes): RunState => states[Number(job['job-state']?.[0])] ?? 'unknown';

/** The job of that number, if it is this run's. */
export async function readJob(client: IppClient, reference: string): Promise<IppAttributes | undefined> {
  const jobId: IppAttribute = { name: 'job-id', tag: 'integer', values: [jobIdOf(reference)] };
  const answer = await client.call('getJobAttributes', { attributes: [jobId, userName, jobFacts] });
  if (answer.status === notFound || answer.status === gone) return undefined;
  const job = granted(answer);
  return isNamed(job, runIdOf(reference)) ? job : undefined;
}

const isNamed = (job: IppAttributes, runId: string) => String(job['job-name']?.[0] ?? '').includes(runId);

export async function jobsNamed(client: IppClient, { id }: { id: string }): Promise<IppAttributes[]> {
  const found: IppAttributes[] = [];
  for (const which of ['not-completed', 'completed']) {
    const attributes: IppAttribute[] = [
      userName,
      { name: 'which-jobs', tag: 'keyword', values: [which] },
      { name: 'my-jobs', tag: 'boolean', values: [false] },
      jobFacts,
    ];
    const answer = await client.call('getJobs', { attributes });
    granted(answer);
    found.push(...answer.groups.filter(({ tag }) => tag === 0x02).map(({ attributes: job }) => job));
  }
  return found.filter((job) => isNamed(job, id));
}

/** Of a job that is over nothing is asked. */
export async function cancelJob(client: IppClient, jobId: number): Promise<void> {
  const id: IppAttribute = { name: 'job-id', tag: 'integer', values: [jobId] };
  const answer = await client.call('cancelJob', { attributes: [id, userName] });
  if (![notFound, gone, notPossible].includes(answer.status)) granted(answer);
}

const notPossible = 0x0404;
const notFound = 0x0406;
const gone = 0x0407;

/** The attributes behind those of the operation; throws what the printer refused, in its own words. */
export function granted({ status: code, groups }: IppAnswer): IppAttributes {
  if (code < 0x0100)
    return Object.assign({}, ...groups.filter(({ tag }) => tag !== 0x01).map((group) => group.attributes));
  const said = groups.find(({ tag }) => tag === 0x01)?.attributes['status-message']?.[0];
  const unsupported = groups.find(({ tag }) => tag === 0x05)?.attributes ?? {};
  const what = [typeof said === 'string' ? said : '', ...Object.keys(unsupported)].filter((part) => part !== '');
  throw new Error(`the printer refused: 0x${code.toString(16).padStart(4, '0')} ${what.join(' ')}`.trim());
}
