/** What becomes of a mail after an attempt to send it: the same for certificates and for notices. */

import type { Outcome } from '../deliver/channel.ts';

/** Seconds to wait after the nth attempt; after the last one a deferred mail has failed. About two days in all. */
const retrySchedule = [30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

interface Attempt {
  /** How many there were, this one included. */
  attempts: number;
  /** It was sent in full before, and the other side never said what became of it. */
  wasUnanswered: boolean;
}

export interface AfterAttempt {
  status: Outcome['status'] | 'failed';
  said: string;
  /** Seconds until the next one; null where there is none. */
  wait: number | null;
}

/**
 * What may have been sent is sent again, with the same Message-ID; but once only where the other side takes it in full and does not answer,
 * or a relay that is broken in just this way would fill the mailboxes of all recipients.
 */
export function afterAttempt({ attempts, wasUnanswered }: Attempt, outcome: Outcome): AfterAttempt {
  const wait = retrySchedule[attempts - 1] ?? null;
  const said = outcome.status === 'sent' ? outcome.response : outcome.reason;
  if (outcome.status === 'unknown' && wasUnanswered)
    return {
      status: 'failed',
      said: `sent in full twice and never answered; it may have arrived twice: ${said}`,
      wait: null,
    };
  const isOpen = outcome.status === 'deferred' || outcome.status === 'unknown';
  return isOpen && wait === null ? { status: 'failed', said, wait } : { status: outcome.status, said, wait };
}
