/** Jobs at an IPP printer: found by number and name, taken back, and what their state says of whether something was printed (RFC 8011, 5.3). */

import type { Found, RunState } from './carrier.ts';
import type { IppClient } from './ipp-client.ts';
import type { IppAnswer, IppAttribute, IppAttributes } from './ipp-message.ts';

export const userName: IppAttribute = { name: 'requesting-user-name', tag: 'name', values: ['chancery'] };

export const referenceOf = (jobId: number, runId: string): string => `${jobId}:${runId}`;
export const jobIdOf = (reference: string): number => Number(reference.split(':')[0]);
const runIdOf = (reference: string) => reference.slice(reference.indexOf(':') + 1);

const jobFacts: IppAttribute = {
  name: 'requested-attributes',
  tag: 'keyword',
  values: ['job-id', 'job-name', 'job-state', 'job-state-reasons', 'number-of-documents', 'time-at-processing'],
};

/** What a job that is there says; undefined where it says nothing. */
export async function judgeJob(client: IppClient, reference: string, job: IppAttributes): Promise<Found | undefined> {
  const jobId = jobIdOf(reference);
  const state = stateOf(job);
  const hasNoDocument = job['number-of-documents']?.[0] === 0;
  if (isIncoming(job) || (hasNoDocument && (state === 'waiting' || state === 'printed'))) {
    if (state === 'printing') return { status: 'unreachable', reason: 'the printer still receives the document' };
    // Before it is called absent: whoever still sends it must not succeed.
    if (state === 'waiting') await cancelJob(client, jobId);
    const now = state === 'waiting' ? await readJob(client, reference) : job;
    if (!now || isNeverBegun(now) || hasNoDocument)
      return { status: 'absent', reason: 'the document did not arrive whole' };
    return { status: 'unreachable', reason: 'the printer does not let go of the job' };
  }
  if (state === 'waiting' || state === 'printing' || state === 'printed')
    return { status: 'found', reference, response: `job ${jobId}: ${state}` };
  if (isNeverBegun(job)) return { status: 'absent', reason: `the job was ${state} before it was printed` };
  return undefined;
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
