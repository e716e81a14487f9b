/** The table of proofs in docs/dialects/click2mail.md. */

import { testProofTable } from '../../support/proof-table.ts';
import { calls } from './calls.ts';

// An account may do whatever the door can do.
testProofTable({ name: 'click2mail', operations: calls, isElsewhere: (_, status) => status === 403 });
