/** docs/lifecycles.md: the lifecycle table as drawings and tables, each status with its meaning. */

import { lifecycle, type Status, type Subject } from '../domain/lifecycle.ts';
import { generatedBy, markdownTable } from './markdown.ts';

/** Where each subject's life begins. */
const first: { [S in Subject]: Status<S> } = {
  batch: 'pending',
  chunk: 'pending',
  item: 'accepted',
  delivery: 'queued',
  approval: 'waiting',
  notice: 'queued',
  webhook_endpoint: 'enabled',
  webhook_delivery: 'queued',
  mail_document: 'uploaded',
  mailing: 'editing',
  mail_job: 'editing',
  mail_piece: 'accepted',
  print_run: 'planned',
};

const subjects: Record<Subject, string> = {
  batch: 'What somebody handed in. Its status is derived from its chunks, under the lock of its row.',
  chunk: 'A run of at most 500 consecutive rows: the unit of work.',
  item: 'One recipient’s row and the life of what is made from it. A row that the template refuses is stored as `failed` at once.',
  delivery: 'One item over one channel.',
  approval:
    'One signatory’s word on a batch, bound to the hash of what was shown. A signatory who approves automatically has one that is `approved` from the start.',
  notice: 'A mail to one of the organization’s own people: a signatory who is asked to approve.',
  webhook_endpoint: 'An address that is told what happens.',
  webhook_delivery: 'One message to one endpoint.',
  mail_document: 'A PDF whose pages are to be printed.',
  mailing: 'A document and the order of who gets which of its pages, on what and how.',
  mail_job: 'A range of pages, a product and recipients. Those of a batch are born `processing`.',
  mail_piece: 'What one recipient gets by post. One that cannot be mailed to is stored as `failed` at once.',
  print_run:
    'The pieces of a mailing that are printed alike, in one file with its manifest. Paper is never sent twice: what is `unknown` waits.',
};

const meanings: { [S in Subject]: Record<Status<S>, string> } = {
  batch: {
    pending: 'Stored and durable; no chunk has been accepted yet.',
    accepting: 'At least one chunk has been accepted.',
    waiting_for_approval:
      'All rows are checked; signatories have not approved yet, and nothing is produced before they have.',
    processing: 'Documents are being made.',
    rejecting:
      'It was rejected, or nothing in it is left to approve: its items are being failed, their credits given back.',
    completed: 'Every item was issued.',
    partially_completed: 'Some items were issued, some failed.',
    failed: 'No item was issued.',
    cancelled: 'Called off by a person; what was issued before stays issued.',
  },
  chunk: {
    pending: 'Its rows stand in the source.',
    accepted: 'Its items are stored and wait to be produced.',
    produced: 'Documents and credentials are stored; deliveries are under way.',
    delivered: 'No delivery is open any more.',
    set_aside: 'It stopped the program again and again; its items failed and cost nothing.',
    cancelled: 'Its batch was rejected or called off: nothing of it was made, and it cost nothing.',
  },
  item: {
    accepted: 'The row is good; id, reference id, dates and status-list place are decided.',
    failed: 'The row was refused, or the document could not be made; its issues say why.',
    issued: 'Document and credential exist.',
    revoked: 'Withdrawn; the status list says so.',
    cancelled: 'Called off before it was issued.',
  },
  delivery: {
    queued: 'To be sent.',
    sending: 'Claimed by a run; the act may or may not have happened yet.',
    sent: 'The other side took it.',
    deferred: 'Refused for now; it is tried again on the schedule.',
    unknown: 'The process died between the act and its answer.',
    held: 'Waits for a person to decide.',
    failed: 'Refused for good, or given up after the last attempt.',
    cancelled: 'Called off.',
  },
  approval: {
    waiting: 'Somebody else has to approve first.',
    pending: 'The signatory is asked.',
    approved: 'Approved what the hash stands for.',
    rejected: 'Rejected the batch, with a reason.',
    void: 'No longer counts: what was approved has changed, the signatory was replaced, or the batch was rejected by somebody else.',
  },
  notice: {
    queued: 'To be sent.',
    sending: 'Claimed by a run; the act may or may not have happened yet.',
    sent: 'The other side took it.',
    deferred: 'Refused for now; it is tried again on the schedule.',
    unknown: 'The process died between the act and its answer; it is sent again.',
    failed: 'Refused for good, or given up after the last attempt.',
    cancelled: 'What it asks for has been done or is void.',
  },
  webhook_endpoint: {
    enabled: 'Messages are made for it and sent.',
    disabled:
      'By hand, by an answer 410, or after days of nothing but failure. No messages are made for it; those it has rest.',
  },
  webhook_delivery: {
    queued: 'To be sent.',
    sending: 'Claimed by a process, whose lease runs out if it dies.',
    deferred: 'The attempt failed; the next one is on the schedule.',
    delivered: 'The endpoint answered 2xx.',
    failed: 'Given up after the last attempt, or after an answer 410.',
  },
  mail_document: {
    uploaded: 'Its bytes are stored; nobody has looked at them.',
    readable: 'Judged: it can be printed, and its pages are counted.',
    refused: 'Judged: it cannot be printed, and the reason is kept.',
    deleted: 'Its bytes are gone, by the retention or by hand.',
  },
  mailing: {
    editing: 'Document and order may still be replaced.',
    submitted: 'In line; first in, first out within its account.',
    received: 'Its document is being judged, its pieces stored, its print runs planned.',
    printing: 'Its print runs are composed and given to the carrier.',
    completed:
      'All its print runs are with the carrier; of a staging account nothing is printed. Jobs may have failed.',
    failed: 'Nothing of it can be printed.',
    cancelled: 'Called off before it went to the carrier.',
  },
  mail_job: {
    editing: 'Not submitted.',
    submitted: 'In line.',
    processing: 'Its pieces are being stored.',
    awaiting_production:
      'Checked and charged; its print run is not with the carrier yet. Where a job of staging rests.',
    in_production: 'With the carrier.',
    mailed: 'Every piece of it was reported as mailed.',
    failed: 'Nothing of it can be printed; it costs nothing.',
    cancelled: 'Called off; it costs nothing.',
  },
  mail_piece: {
    accepted: 'To be printed.',
    printed: 'With the carrier.',
    mailed: 'Reported by the carrier.',
    failed: 'Its address cannot be mailed to, or its job failed; it costs nothing.',
    cancelled: 'Called off.',
  },
  print_run: {
    planned: 'Its pieces are chosen.',
    composed: 'File and manifest are stored.',
    sending: 'Claimed by a run; the carrier may or may not have it yet.',
    submitted: 'The carrier has it.',
    deferred: 'The carrier refused it for now; it is tried again on the schedule.',
    unknown: 'Whether the carrier has it is not known: the carrier is asked, or a person decides.',
    printed: 'The carrier says that it is printed.',
    failed: 'It cannot be composed, or the carrier refused it for good.',
    cancelled: 'Called off.',
  },
};

export function lifecyclesPage(): string {
  const names = Object.keys(lifecycle) as Subject[];
  return [
    '# Lifecycles',
    generatedBy('src/domain/lifecycle.ts'),
    'A status changes only along these arrows: the statement that writes it names the statuses it may come from, so that of two that are at it at once one wins and the other changes nothing.',
    ...names.map(section),
  ].join('\n\n');
}

function section(subject: Subject): string {
  const table = lifecycle[subject] as Record<string, readonly string[]>;
  const meaning = meanings[subject] as Record<string, string>;
  const statuses = Object.keys(table);
  const arrows = statuses.flatMap((from) => (table[from] ?? []).map((to) => `  ${from} --> ${to}`));
  const ends = statuses.filter((status) => table[status]?.length === 0).map((status) => `  ${status} --> [*]`);
  const drawing = ['```mermaid', 'stateDiagram-v2', `  [*] --> ${first[subject]}`, ...arrows, ...ends, '```'].join(
    '\n',
  );
  const rows = statuses.map((status) => [
    `\`${status}\``,
    meaning[status] as string,
    (table[status] ?? []).map((to) => `\`${to}\``).join(', ') || 'nothing: final',
  ]);
  return [`## ${subject}`, subjects[subject], drawing, markdownTable(['status', 'meaning', 'may become'], rows)].join(
    '\n\n',
  );
}
