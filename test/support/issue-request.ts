/** A recipient of the sample template as a door would hand it to `issueNow`. */

import { columnNames } from '../../src/api/wire.ts';
import { planColumns } from '../../src/ingest/columns.ts';
import type { IssueRequest } from '../../src/usecases/credentials/issue-now.ts';
import type { Tenant } from './open-test-app.ts';
import { header } from './sample-template.ts';

/** `cells` in the order of the sample's header. */
export function requestFor({ templateId }: Tenant, cells: string[], more: Partial<IssueRequest> = {}): IssueRequest {
  return {
    templateId,
    planFor(template) {
      const planned = planColumns(header, template, columnNames);
      if ('issues' in planned) throw new Error(JSON.stringify(planned.issues));
      return planned.plan;
    },
    rowFor: () => ({ row: 1, cells }),
    ...more,
  };
}
