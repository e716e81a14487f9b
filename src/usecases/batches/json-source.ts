/** The list of rows in a JSON body as the source of a batch: each value becomes cells, and the gaps of members' rows are filled. */

import type { App } from '../../app.ts';
import type { RawRow } from '../../domain/item.ts';
import type { Actor } from '../../domain/permissions.ts';
import type { Template } from '../../domain/template.ts';
import { ChanceryError } from '../../errors.ts';
import type { ColumnPlan } from '../../ingest/columns.ts';
import { type JsonBody, readJsonRows } from '../../ingest/json.ts';
import type { IssueRequest } from '../credentials/issue-now.ts';
import { fillProfiles } from '../members/fill-profiles.ts';
import type { OpenRows, RowSource } from './batch-source.ts';

export { type JsonEnvelope, readJsonEnvelope } from '../../ingest/json.ts';

export interface JsonList {
  body: JsonBody;
  /** Of the list in the body's object. */
  key: string;
  /** How a door's rows say what the template wants; the cells are in the order of the plan. */
  shapeFor(template: Template): { plan: ColumnPlan; cellsOf(value: unknown): Pick<RawRow, 'cells' | 'faults'> };
}

export function jsonSource(app: App, { organizationId }: Actor, { body, key, shapeFor }: JsonList): RowSource {
  return {
    kind: 'rows',
    open(template): OpenRows {
      const { plan, cellsOf } = shapeFor(template);
      async function* rows(): AsyncGenerator<RawRow[]> {
        for await (const some of readJsonRows(body, key))
          yield some.map(({ row, value }) => ({ row, ...cellsOf(value) }));
      }
      return { plan, rows: fillProfiles(app, organizationId, plan, rows()) };
    },
  };
}

/** The row of a source that has one, as it is asked for where it is issued at once. */
export function onlyRow(source: RowSource): Pick<IssueRequest, 'planFor' | 'rowFor'> {
  let opened: OpenRows;
  return {
    planFor(template) {
      opened = source.open(template);
      return opened.plan;
    },
    async rowFor() {
      for await (const [row] of opened.rows) if (row) return row;
      throw new ChanceryError('internal', 'a source of one row has none');
    },
  };
}
