/** What `dry_run=true` answers in VEC's style: our addition, in its words. */

import type { Rehearsal } from '../../usecases/batches/rehearse-batch.ts';

export function dryRunWire(rehearsal: Rehearsal) {
  const { total, valid, failed, duplicates, faults, repeated, unusedColumns, credits, signatories, refusals } =
    rehearsal;
  return {
    dry_run: true,
    would_be_accepted: refusals.length === 0,
    refusals: refusals.map((one) => (one === 'credits' ? 'balance' : 'csv_file')),
    total_certificates: total,
    valid_certificates: valid,
    failed_certificates: failed,
    duplicate_certificates: duplicates,
    failed_rows: faults.map(({ row, column, code, value, sentence }) => ({
      row,
      column,
      value,
      code,
      message: `${column} ${sentence}`,
    })),
    duplicate_rows: repeated,
    ignored_columns: unusedColumns,
    credits_needed: credits.needed,
    credits_available: credits.available,
    signatories: signatories.map(({ slot, memberId, name, designation, autoApprove }) => ({
      index: slot,
      user_uuid: memberId,
      signatory_name: name,
      signatory_designation: designation,
      auto_approve: autoApprove,
    })),
  };
}
