/** The carrier `ipp`: any printer or queue that speaks IPP. A job is made and its number kept before a byte of the document goes, so that nothing is printed twice. */

import type { Carrier, Found, OutgoingRun, Quote, RunFacts, RunState, Submission } from './carrier.ts';
import { type IppClient, openIppClient } from './ipp-client.ts';
import {
  cancelJob,
  granted,
  jobIdOf,
  jobsNamed,
  judgeJob,
  readJob,
  referenceOf,
  stateOf,
  userName,
} from './ipp-jobs.ts';
import type { IppAttribute } from './ipp-message.ts';
import { capabilities, documentFormat, type Ticket, ticketOf } from './ipp-ticket.ts';

export function openIpp(url: string): Carrier {
  const client = openIppClient(url);
  return {
    name: 'ipp',
    reports: true,
    quote: (run) => quote(client, run).catch((error: Error) => ({ status: 'refused', reason: sentence(error) })),
    submit: (run, begun) => submit(client, run, begun),
    find: (run, reference) =>
      find(client, run, reference).catch((error: Error) => ({ status: 'unreachable', reason: sentence(error) })),
    status: (reference) => status(client, reference).catch(() => 'unknown'),
    cancel: (reference) => cancel(client, reference).catch(() => false),
    close: async () => {},
  };
}

/** By it the run is known at the printer: job numbers may begin anew when a printer is switched on. */
const jobName = ({ number, id }: Pick<RunFacts, 'number' | 'id'>) => `Print run ${number} ${id}`;

async function prepare(client: IppClient, run: RunFacts): Promise<{ name: string; ticket: Ticket }> {
  const wanted: IppAttribute = { name: 'requested-attributes', tag: 'keyword', values: capabilities };
  const printer = granted(await client.call('getPrinterAttributes', { attributes: [wanted] }));
  const name = String(printer['printer-name']?.[0] ?? printer['printer-make-and-model']?.[0] ?? client.uri);
  if (printer['printer-is-accepting-jobs']?.[0] === false)
    return { name, ticket: { refused: 'the printer takes no jobs' } };
  // Create-Job and Send-Document: what is printed in one call cannot be told from what was not.
  if (![0x05, 0x06].every((operation) => printer['operations-supported']?.includes(operation)))
    return { name, ticket: { refused: 'the printer offers no Create-Job with Send-Document' } };
  return { name, ticket: ticketOf(run.product, printer) };
}

async function quote(client: IppClient, run: RunFacts): Promise<Quote> {
  const { name, ticket } = await prepare(client, run);
  if ('refused' in ticket) return { status: 'refused', reason: ticket.refused };
  const attributes = [...asked(run), { name: 'document-format', tag: 'mimeType', values: [documentFormat] } as const];
  granted(await client.call('validateJob', { attributes, job: ticket.attributes }));
  return { status: 'possible', name };
}

const asked = (run: RunFacts): IppAttribute[] => [
  userName,
  { name: 'job-name', tag: 'name', values: [jobName(run)] },
  { name: 'ipp-attribute-fidelity', tag: 'boolean', values: [true] },
];

async function submit(
  client: IppClient,
  run: OutgoingRun,
  begun: (reference: string) => Promise<void>,
): Promise<Submission> {
  let jobId: number;
  try {
    const { ticket } = await prepare(client, run);
    if ('refused' in ticket) return { status: 'deferred', reason: ticket.refused };
    const created = granted(await client.call('createJob', { attributes: asked(run), job: ticket.attributes }));
    jobId = Number(created['job-id']?.[0]);
    if (!(jobId > 0)) return { status: 'deferred', reason: 'the printer gave its job no number' };
  } catch (error) {
    // A job that was made all the same stays empty.
    return { status: 'deferred', reason: sentence(error) };
  }
  const reference = referenceOf(jobId, run.id);
  await begun(reference);
  try {
    const attributes: IppAttribute[] = [
      { name: 'job-id', tag: 'integer', values: [jobId] },
      userName,
      { name: 'document-name', tag: 'name', values: [jobName(run)] },
      { name: 'document-format', tag: 'mimeType', values: [documentFormat] },
      { name: 'last-document', tag: 'boolean', values: [true] },
    ];
    const document = { bytes: run.pdf.bytes, data: await run.pdf.open() };
    granted(await client.call('sendDocument', { attributes, document }));
    return { status: 'submitted', reference, response: `job ${jobId}` };
  } catch (error) {
    return { status: 'unknown', reason: sentence(error) };
  }
}

async function find(client: IppClient, run: RunFacts, reference: string | null): Promise<Found> {
  if (reference === null) {
    // Its number is kept before a document goes: where none is kept none went, and a job by its name is empty.
    for (const job of await jobsNamed(client, run)) await cancelJob(client, Number(job['job-id']?.[0]));
    return { status: 'absent', reason: 'no document was sent' };
  }
  const job = await readJob(client, reference);
  if (!job)
    return { status: 'unsure', reason: 'the printer does not know the job any more; look whether it was printed' };
  return judgeJob(client, run, reference, job);
}

async function status(client: IppClient, reference: string): Promise<RunState> {
  const job = await readJob(client, reference);
  return job ? stateOf(job) : 'unknown';
}

async function cancel(client: IppClient, reference: string): Promise<boolean> {
  if (!(await readJob(client, reference))) return false;
  await cancelJob(client, jobIdOf(reference));
  return (await status(client, reference)) === 'cancelled';
}

function sentence(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return code && !message.includes(code) ? `${message} (${code})` : message || String(code ?? error);
}
