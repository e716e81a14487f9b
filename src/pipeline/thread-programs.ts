/** The compiled programs of this thread: made once for a template version and its inputs, and given a batch's own facts, which is cheap. */

import { type CredentialProgram, compileCredential } from '../credential/compile-credential.ts';
import { type DatedCredential, dateCredential } from '../credential/date-credential.ts';
import { keyIdOf } from '../credential/keys.ts';
import { keepRecent, type Recent } from '../domain/keep-recent.ts';
import { displayValuesOf } from '../domain/placeholder.ts';
import { compileRowSchema } from '../ingest/row-schema.ts';
import { compilePage, type PageProgram } from '../pdf/compile-page.ts';
import { type DatedPage, datePage } from '../pdf/date-page.ts';
import { type Acceptance, rowAcceptance } from './accept-row.ts';
import type { BatchSpec, BatchTerms } from './batch-spec.ts';
import type { LoadedProgram, ProgramSpec } from './program-spec.ts';

/** What a task brings along: `ThreadBatch` without what only the main thread needs. */
export interface Task {
  program: Pick<LoadedProgram, 'key' | 'shared'>;
  terms: BatchTerms;
}

interface Programs {
  spec: ProgramSpec;
  /** Of the spec as JSON. */
  bytes: number;
  page: PageProgram;
  credential: CredentialProgram;
  displayValues: ReturnType<typeof displayValuesOf>;
  /** By column plan. */
  schemas: Recent<ReturnType<typeof compileRowSchema>>;
  /** By batch; its chunks come by one after the other. */
  batches: Recent<BatchPrograms>;
}

/** The programs with the facts of one batch. */
export interface BatchPrograms {
  spec: BatchSpec;
  page: DatedPage;
  credential: DatedCredential;
  displayValues: Programs['displayValues'];
  acceptance: Acceptance;
}

const compiled = keepRecent<Programs>({ count: 32, bytes: 32 << 20 }, ({ bytes, page }) => bytes + page.prefix.length);

/** For a batch of many chunks. */
export async function programsOf(task: Task): Promise<BatchPrograms> {
  const programs = await sharedPrograms(task);
  return programs.batches.get(task.terms.batchId, () => ofBatch(programs, task.terms));
}

/** For a batch that does not come again. */
export async function programsOnce(task: Task): Promise<BatchPrograms> {
  return ofBatch(await sharedPrograms(task), task.terms);
}

function sharedPrograms({ program: { key, shared } }: Task): Promise<Programs> {
  return compiled.get(key, () => compile(Buffer.from(new Uint8Array(shared))));
}

async function compile(json: Buffer): Promise<Programs> {
  const spec = JSON.parse(json.toString()) as ProgramSpec;
  const { template, organization } = spec;
  const page = await compilePage({
    template,
    organizationName: organization.name,
    specimen: spec.specimen,
    signatories: spec.signatories.map(({ png, ...signatory }) => ({
      ...signatory,
      signature: png ? Buffer.from(png, 'base64') : undefined,
    })),
    seal: {
      privateKey: Buffer.from(spec.sealKey.privateKey, 'base64'),
      certificate: Buffer.from(spec.sealKey.certificate, 'base64'),
    },
  });
  const credential = await compileCredential({
    template,
    organization,
    keyId: keyIdOf(organization.did, spec.credentialKey.multibase),
    privateKey: Buffer.from(spec.credentialKey.privateKey, 'base64'),
    achievementUrl: spec.achievementUrl,
    approvals: spec.approvals,
    uploaded: spec.uploaded,
    specimen: spec.specimen,
  });
  return {
    spec,
    bytes: json.length,
    page,
    credential,
    displayValues: displayValuesOf(template, organization.name),
    schemas: keepRecent({ count: 16 }),
    batches: keepRecent({ count: 16 }),
  };
}

async function ofBatch(programs: Programs, terms: BatchTerms): Promise<BatchPrograms> {
  const { page, credential, displayValues, schemas } = programs;
  const spec: BatchSpec = { ...programs.spec, ...terms };
  const plan = terms.columnPlan;
  const schema = await schemas.get(JSON.stringify(plan), async () => compileRowSchema(spec.template, plan));
  return {
    spec,
    page: datePage(page, terms.createdAt),
    credential: dateCredential(credential, terms.createdAt),
    displayValues,
    acceptance: rowAcceptance(spec, schema),
  };
}
