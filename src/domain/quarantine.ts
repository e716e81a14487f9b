/** Why an installation is in quarantine, in words for its operator. */

export const quarantineReasons = {
  behind: 'the database is older than what it has let out: a backup was restored',
  foreign: 'the documents belong to another installation than the database',
  mark_missing: 'the documents do not have the mark of this installation: they, or the database, are copies',
  mark_unreadable: 'the mark of the installation beside the documents cannot be read',
  copied: 'the data folder is a copy: a backup was restored, or the folder was moved',
  operator: 'an operator asked for it',
} as const;

export type QuarantineReason = keyof typeof quarantineReasons;

/** What is written beside the documents each time the epoch has risen: how far this installation is known to have come. */
export interface InstanceMark {
  installation: string;
  epoch: number;
  /** ISO 8601. */
  at: string;
  nextReference: number;
  /** Last value of each sequence. */
  sequences: Record<string, number>;
  /** Next serial number of each mailer. */
  mailSerials: Record<string, number>;
}

export interface InstanceState {
  installation: string;
  epoch: number;
  epochAt: Date | null;
  nextReference: number;
  witness: string | null;
  reason: QuarantineReason | null;
  since: Date | null;
  /** Number of the newest migration. */
  schema: number;
  /** Whether anything can leave it: it has an organization. */
  isUsed: boolean;
}

/**
 * Why this database may not let anything out, beside the mark that was read before it and the witness of its data folder (null: none is
 * looked for). A database that nobody has used takes over whatever it finds.
 */
export function suspicion(
  state: InstanceState,
  mark: InstanceMark | 'missing' | 'unreadable',
  witness: string | null,
): QuarantineReason | null {
  if (!state.isUsed && state.epoch === 0) return null;
  if (mark === 'unreadable') return 'mark_unreadable';
  if (mark === 'missing') return state.epoch > 0 ? 'mark_missing' : null;
  if (mark.installation !== state.installation) return 'foreign';
  if (mark.epoch > state.epoch) return 'behind';
  return isCopy(state.witness, witness) ? 'copied' : null;
}

/** Both marks of the file differ, its number and the time of its last change: some file systems do not keep one of them. */
function isCopy(kept: string | null, found: string | null): boolean {
  if (kept === null || found === null) return false;
  const [before, now] = [kept.split(':'), found.split(':')];
  return before.every((part, at) => part !== now[at]);
}
