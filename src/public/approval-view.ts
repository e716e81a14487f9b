/** What the signatory's pages are made from. */

export interface ApprovalView {
  /** Of the page behind the link, without a trailing slash. */
  path: string;
  batchName: string;
  organizationName: string;
  templateName: string;
  /** Who reads. */
  signatoryName: string;
  counts: {
    /** Rows handed in. */
    total: number;
    /** What will be issued. */
    accepted: number;
    failed: number;
    rejected: number;
  };
  /** ISO 8601 with time. */
  createdAt: string;
  /** ISO 8601 with time: when the link ends. */
  expiresAt: string;
  signatories: {
    slot: number;
    name: string;
    designation: string;
    status: 'waiting' | 'pending' | 'approved' | 'rejected';
    /** ISO 8601 with time. */
    decidedAt: string | null;
    isReader: boolean;
  }[];
  /** Whether they are asked one after the other. */
  sequential: boolean;
  /** Of what is shown; the forms carry it. */
  hash: string;
  /** Height of the certificate's page by its width. */
  proportion: number;
}

/** Why a form decided nothing. `field` is the id of the control at fault. */
export interface Problem {
  sentence: string;
  field?: 'confirm' | 'reason';
  /** What was typed, to be typed no second time. */
  reason?: string;
}

export const longestReason = 500;
