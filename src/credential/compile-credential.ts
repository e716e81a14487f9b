/** The credential program: what is the same for every row of a template version, computed once; one compiled shape per set of optional parts. */

import type { KeyObject } from 'node:crypto';
import type { Issue } from '../domain/issue.ts';
import { isSafeIri, isSafeNumber, isSafeWebIri } from '../domain/signable.ts';
import type { Template } from '../domain/template.ts';
import { invalidInput } from '../errors.ts';
import type { ApprovalEvidence } from './approval-evidence.ts';
import { type CanonicalPlan, compileCanonical, markedDataset, planCanonical } from './canonicalize.ts';
import { constantLayout, type EvidenceLayout, evidenceKey, layoutName } from './evidence-layout.ts';
import { HoleMarks, type Parts } from './hole.ts';
import { signingKey } from './keys.ts';
import { type HoleName, type OptionalPart, openBadge, optionalParts } from './open-badge.ts';
import { proofOptions } from './proof.ts';
import { type MarkedDataset, repeatPieces } from './repeat-pieces.ts';

export interface CredentialInputs {
  template: Template;
  organization: {
    name: string;
    /** https URL or http://host:port of the public site. */
    url: string;
    /** issuer.id, e.g. did:web:… or did:key:… */
    did: string;
  };
  /** Verification method id, e.g. did:web:…#z6Mk… */
  keyId: string;
  /** PKCS#8 DER, Ed25519. */
  privateKey: Uint8Array;
  /** Absolute URL of the template version: achievement.id, e.g. https://host/achievements/{uuid}. */
  achievementUrl: string;
  /** What the signatories' approvals say, in every credential; default none. */
  approvals?: readonly ApprovalEvidence[];
  /** See `BadgeInputs`. */
  uploaded?: boolean;
  specimen?: boolean;
}

/** A hole without a field is filled from what was decided when the item was accepted. */
export interface ShapeHole {
  name: HoleName;
  field: string | undefined;
  /** Of a piece that the row names: which, in the credential's order, and what of it. */
  piece?: { at: number; part: 'url' | 'name' | 'description' };
}

/** One set of optional parts, compiled. */
export interface CredentialShape {
  plan: CanonicalPlan;
  /** By slot. */
  holes: readonly ShapeHole[];
  /** JSON text up to the closing brace, same slots as the plan. */
  json: Parts;
}

/** Without a time: the same for all batches with the same inputs. `dateCredential` gives it one. */
export interface CredentialProgram {
  readonly inputs: CredentialInputs;
  readonly optional: readonly OptionalPart[];
  readonly key: KeyObject;
  /** The options of the proof; their one hole is the time. */
  readonly proof: { plan: CanonicalPlan; json: Parts };
  /** Identifiers evidence must not repeat, or RDF would melt the two nodes into one. */
  readonly reservedIds: ReadonlySet<string>;
  /** The oldest goes when there are 256. */
  readonly shapes: Map<ShapeKey, CredentialShape>;
  readonly compiling: Map<ShapeKey, Promise<CredentialShape>>;
  /** By bit mask: what shapes with pieces of the row's own are made of, so that JSON-LD is asked once for any number of them. */
  readonly onePiece: Map<number, Promise<MarkedDataset>>;
}

/** Bit mask of `optional`, and for a row that names pieces of evidence also where they stand. */
export type ShapeKey = number | string;

export function shapeKey(mask: number, layout: EvidenceLayout | undefined): ShapeKey {
  return layout === undefined ? mask : `${mask} ${layoutName(layout)}`;
}

const shapeLimit = 256;

/**
 * Compiles a template; the shape with everything a row may have is compiled at once, so that undefined terms fail here.
 * Throws `invalid_input` with issues at template paths. Measured: 45 ms the first time, 9 ms for a further shape.
 */
export async function compileCredential(inputs: CredentialInputs): Promise<CredentialProgram> {
  const issues = inputIssues(inputs);
  if (issues.length > 0) throw invalidInput('this template cannot become a credential', issues);
  const optional = optionalParts(inputs.template);
  const { organization, achievementUrl } = inputs;
  const program: CredentialProgram = {
    inputs,
    optional,
    key: signingKey(inputs.privateKey),
    proof: await compileProof(inputs),
    reservedIds: new Set([organization.did, achievementUrl, `${achievementUrl}#result`]),
    shapes: new Map(),
    compiling: new Map(),
    onePiece: new Map(),
  };
  const all = 2 ** optional.length - 1;
  const mask = inputs.template.validityMonths === null ? all - 1 : all;
  await shapeOf(program, mask);
  if (inputs.template.bindings.evidenceField !== undefined) {
    const own = { from: 'row', described: true } as const;
    await shapeOf(program, mask, [...constantLayout(inputs, presentIn(program, mask)), own]);
  }
  return program;
}

async function compileProof(inputs: CredentialInputs): Promise<CredentialProgram['proof']> {
  const marks = new HoleMarks<'created'>();
  const options = proofOptions(inputs.keyId, marks.text('created'));
  const context = openBadge(inputs, new Set(), new HoleMarks<HoleName>())['@context'];
  const plan = await compileCanonical({ '@context': context, ...options }, marks);
  return { plan, json: marks.splitJson(options) };
}

/** The shape for a set of optional parts; compiled on first use, once even if asked for twice at a time. `layout` only where the row names pieces. */
export function shapeOf(program: CredentialProgram, mask: number, layout?: EvidenceLayout): Promise<CredentialShape> {
  const key = shapeKey(mask, layout);
  let compiling = program.compiling.get(key);
  if (compiling === undefined) {
    compiling = compileShape(program, mask, layout).finally(() => program.compiling.delete(key));
    program.compiling.set(key, compiling);
  }
  return compiling;
}

function presentIn({ optional }: CredentialProgram, mask: number): Set<HoleName> {
  return new Set(optional.filter((_, bit) => (mask & (1 << bit)) !== 0).map((part) => part.name));
}

async function compileShape(
  program: CredentialProgram,
  mask: number,
  layout: EvidenceLayout | undefined,
): Promise<CredentialShape> {
  const marks = new HoleMarks<HoleName>();
  const document = openBadge(program.inputs, presentIn(program, mask), marks, layout);
  const plan = layout
    ? planCanonical(await repeatedDataset(program, mask, marks, layout), marks)
    : await compileCanonical(document, marks);
  const json = marks.splitJson(document);
  const constants = [...json.constants];
  constants[constants.length - 1] = (constants.at(-1) as string).slice(0, -1);
  const fields = new Map(program.optional.map((part) => [part.name, part.field]));
  const { evidenceField } = program.inputs.template.bindings;
  const holes = marks.holes.map(({ name }): ShapeHole => {
    const [, at, part] = /^piece\.(\d+)\.(\w+)$/.exec(name) ?? [];
    if (at === undefined) return { name, field: fields.get(name) };
    return { name, field: evidenceField, piece: { at: Number(at), part: part as 'url' | 'name' | 'description' } };
  });
  const shape = { plan, holes, json: { ...json, constants } };
  keep(program.shapes, shapeKey(mask, layout), shape);
  return shape;
}

async function repeatedDataset(
  program: CredentialProgram,
  mask: number,
  marks: HoleMarks<HoleName>,
  layout: EvidenceLayout,
) {
  let one = program.onePiece.get(mask);
  if (one === undefined) {
    one = datasetOfOne(program, mask);
    one.catch(() => program.onePiece.delete(mask));
    keep(program.onePiece, mask, one);
  }
  return repeatPieces(
    await one,
    marks,
    layout.flatMap((slot) => (slot.from === 'row' ? [slot.described] : [])),
  );
}

/** All that stands there but the row's pieces stands there too, in whatever order: RDF has none. */
async function datasetOfOne(program: CredentialProgram, mask: number): Promise<MarkedDataset> {
  const { inputs } = program;
  const marks = new HoleMarks<HoleName>();
  const present = presentIn(program, mask);
  const layout = [...constantLayout(inputs, present), { from: 'row', described: true } as const];
  return { dataset: await markedDataset(openBadge(inputs, present, marks, layout), marks), marks };
}

function keep<K, V>(map: Map<K, V>, key: K, value: V): void {
  const oldest = map.keys().next();
  if (map.size >= shapeLimit && !oldest.done) map.delete(oldest.value);
  map.set(key, value);
}

/** Everything about the inputs that could not be signed as it stands. */
function inputIssues(inputs: CredentialInputs): Issue[] {
  const { template, organization, keyId, achievementUrl, approvals = [] } = inputs;
  const issues: Issue[] = [];
  const fault = (path: string, reason: string) => issues.push({ path, code: 'invalid', params: { reason } });
  if (!isSafeIri(organization.did)) fault('organization.did', 'is not a DID');
  if (!keyId.startsWith(`${organization.did}#`) || !isSafeIri(keyId)) fault('keyId', 'is not a key of the issuer');
  if (!isSafeWebIri(organization.url)) fault('organization.url', 'is not an absolute http or https address');
  if (!isSafeWebIri(achievementUrl)) fault('achievementUrl', 'is not an absolute http or https address');
  const { achievement, bindings } = template;
  if (achievement.creditsAvailable !== undefined && !isSafeNumber(achievement.creditsAvailable))
    issues.push({ path: 'achievement.creditsAvailable', code: 'number_unsafe' });
  if (
    !JSON.stringify([organization.name, achievement, bindings]).isWellFormed() ||
    hasLoneSurrogate([organization.name, achievement, bindings])
  )
    fault('achievement', 'contains half a character (a lone surrogate)');
  // RDFC-1.0 sorts by code point, the libraries by UTF-16 unit; only tags and evidence share a property, so only there it could matter.
  if (
    achievement.tags.some((tag) => /[\ud800-\udfff]/.test(tag)) &&
    achievement.tags.some((tag) => /[\ue000-\uffff]/.test(tag))
  )
    fault(
      'achievement.tags',
      'mixes emoji or rare characters with private-use or full-width ones, whose order is not agreed',
    );
  if (hasLoneSurrogate(approvals)) fault('approvals', 'contain half a character (a lone surrogate)');
  if (new Set(bindings.evidence.map(evidenceKey)).size < bindings.evidence.length)
    fault('bindings.evidence', 'two pieces of evidence have the same name and description');
  return issues;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(hasLoneSurrogate);
}
