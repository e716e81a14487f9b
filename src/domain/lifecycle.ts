/** The one table of allowed status changes; `db/transition.ts` writes by it, `docs/lifecycles.md` is drawn from it. */

export const lifecycle = {
  batch: {
    /** Stored, its chunks waiting to be accepted. */
    pending: ['accepting', 'cancelled', 'failed'],
    accepting: ['waiting_for_approval', 'processing', 'rejecting', 'failed', 'cancelled'],
    waiting_for_approval: ['processing', 'rejecting', 'cancelled'],
    /** Its items are being failed and their credits given back, chunk by chunk. */
    rejecting: ['failed'],
    processing: ['completed', 'partially_completed', 'failed', 'cancelled'],
    completed: ['processing'],
    partially_completed: ['processing'],
    failed: ['processing'],
    cancelled: [],
  },
  chunk: {
    /** Rows still in the source. */
    pending: ['accepted', 'set_aside', 'cancelled'],
    /** Items stored, ready to be produced (or waiting for approval). */
    accepted: ['produced', 'set_aside', 'cancelled'],
    produced: ['delivered'],
    /** Back when mail that was held is sent after all. */
    delivered: ['produced'],
    set_aside: [],
    cancelled: [],
  },
  item: {
    accepted: ['issued', 'failed', 'cancelled'],
    failed: ['accepted'],
    issued: ['revoked'],
    revoked: [],
    cancelled: [],
  },
  delivery: {
    queued: ['sending', 'failed', 'held', 'cancelled'],
    /** Back to queued when the process stops in order before it was sent. */
    sending: ['sent', 'deferred', 'failed', 'unknown', 'queued'],
    deferred: ['sending', 'failed', 'held', 'cancelled'],
    /** The process died between the act and its answer. */
    unknown: ['sending', 'sent', 'failed', 'held', 'cancelled'],
    /** A backup was restored that may be older than its mail: an operator has it sent, or nobody. */
    held: ['queued', 'sending', 'failed', 'cancelled'],
    sent: [],
    failed: ['queued'],
    cancelled: [],
  },
  approval: {
    /** Its turn has not come. */
    waiting: ['pending', 'void'],
    pending: ['approved', 'rejected', 'void'],
    approved: ['void'],
    rejected: [],
    void: [],
  },
  notice: {
    queued: ['sending', 'cancelled'],
    sending: ['sent', 'deferred', 'failed', 'unknown'],
    deferred: ['sending', 'cancelled'],
    /** The process died between the act and its answer. */
    unknown: ['sending', 'cancelled'],
    sent: [],
    failed: [],
    cancelled: [],
  },
  webhook_endpoint: {
    enabled: ['disabled'],
    disabled: ['enabled'],
  },
  webhook_delivery: {
    queued: ['sending'],
    /** Again, when the process that sent it is gone and its lease has run out. */
    sending: ['sending', 'delivered', 'deferred', 'failed'],
    deferred: ['sending', 'queued'],
    delivered: ['queued'],
    failed: ['queued'],
  },
  mail_document: {
    /** Its bytes are here, nobody has looked at them yet. */
    uploaded: ['readable', 'refused', 'deleted'],
    readable: ['deleted'],
    refused: ['deleted'],
    deleted: [],
  },
  mailing: {
    /** Document and order may still be replaced. */
    editing: ['submitted', 'cancelled'],
    /** In line. */
    submitted: ['received', 'cancelled'],
    /** Its document is judged, its pieces are stored, its print runs planned. */
    received: ['printing', 'completed', 'failed', 'cancelled'],
    /** Its print runs are composed and given to the carrier. */
    printing: ['completed', 'cancelled'],
    /** All print runs are with the carrier; of a staging account nothing is printed. Single jobs may have failed. */
    completed: [],
    /** Nothing of it can be printed. */
    failed: [],
    cancelled: [],
  },
  mail_job: {
    editing: ['submitted', 'cancelled'],
    submitted: ['processing', 'failed', 'cancelled', 'editing'],
    /** Its pieces are being stored. */
    processing: ['awaiting_production', 'failed', 'cancelled'],
    awaiting_production: ['in_production', 'cancelled', 'failed'],
    /** With the carrier. */
    in_production: ['mailed', 'cancelled', 'failed'],
    mailed: [],
    failed: [],
    cancelled: [],
  },
  mail_piece: {
    accepted: ['printed', 'failed', 'cancelled'],
    /** With the carrier. */
    printed: ['mailed', 'failed', 'cancelled'],
    mailed: [],
    /** Its address cannot be mailed to, or its job failed. */
    failed: [],
    cancelled: [],
  },
  print_run: {
    planned: ['composed', 'failed', 'cancelled'],
    /** Its files are stored. Back to planned when pieces were taken out of it. */
    composed: ['sending', 'planned', 'unknown', 'cancelled'],
    sending: ['submitted', 'deferred', 'unknown', 'failed'],
    /** Certainly not with the carrier; it is tried again. */
    deferred: ['sending', 'planned', 'unknown', 'cancelled'],
    /** The outcome is not known: it waits for the carrier's or a person's word, since paper is never sent twice. */
    unknown: ['submitted', 'deferred', 'failed', 'cancelled'],
    /** The carrier has it. */
    submitted: ['printed', 'failed', 'cancelled'],
    printed: [],
    failed: [],
    cancelled: [],
  },
} as const satisfies Record<string, Record<string, readonly string[]>>;

export type Subject = keyof typeof lifecycle;
export type Status<S extends Subject> = Extract<keyof (typeof lifecycle)[S], string>;

/** Statuses from which `to` may be entered, in table order. */
export function sourcesOf<S extends Subject>(subject: S, to: Status<S>): Status<S>[] {
  const table = lifecycle[subject] as Record<string, readonly string[]>;
  return Object.keys(table).filter((from) => table[from]?.includes(to)) as Status<S>[];
}
