/** `chancery verify`: checks a PDF or a credential without network or server, to the last byte. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type CheckedProofs, openCheckedProofs } from '../credential/checked-proofs.ts';
import { verifyCredential } from '../credential/verify-credential.ts';
import { specimenTitle } from '../domain/specimen.ts';
import { extractAttachment } from '../pdf/extract-attachment.ts';
import { verifySeal } from '../pdf/verify-seal.ts';
import type { Command } from './commands.ts';
import { type KnownKeys, loadKnownKeys } from './known-keys.ts';

export interface Verdict {
  file: string;
  /** `specimen`: unchanged, and attests nothing. */
  verdict: 'unchanged' | 'specimen' | 'changed' | 'unknown_key' | 'not_a_credential' | 'unreadable';
  issuer?: string;
  recipient?: string;
  achievement?: string;
  expired?: boolean;
  reasons: string[];
}

export const verify: Command = {
  usage: `
chancery verify <file.pdf|file.json> ... [--did <issuer.did.json>] [--json]

  --did    DID document with the issuer's keys; may be given several times. Also read: issuer.did.json beside the file,
           and the did folder of CHANCERY_DATA. Whoever can change the file beside it can change that too: for a
           certificate from a stranger get the document from the issuer yourself.
  --json   one JSON object a file

Says nothing about revocation, which changes after signing: the verification page does.
A specimen, made with a test key, attests nothing, unchanged or not.
Exit code: 0 all unchanged, 1 one was changed, 2 it cannot be told (unknown key, not a credential, or unreadable),
3 all unchanged, and one is a specimen.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { did: { type: 'string', multiple: true }, json: { type: 'boolean', default: false } },
    });
    if (positionals.length === 0) {
      process.stderr.write('chancery verify: give a file\nTry: chancery verify --help\n');
      return 64;
    }
    const verdicts: Verdict[] = [];
    const known = openCheckedProofs();
    for (const file of positionals) {
      const keys = await loadKnownKeys(values.did ?? [], file);
      const verdict = await readFile(file).then(
        (bytes) => verifyBytes(file, bytes, keys, known),
        (error: Error): Verdict => ({ file, verdict: 'unreadable', reasons: [error.message] }),
      );
      process.stdout.write(values.json ? `${JSON.stringify(verdict)}\n` : describe(verdict));
      verdicts.push(verdict);
    }
    if (verdicts.some(({ verdict }) => verdict === 'changed')) return 1;
    if (!verdicts.every(({ verdict }) => verdict === 'unchanged' || verdict === 'specimen')) return 2;
    return verdicts.some(({ verdict }) => verdict === 'specimen') ? 3 : 0;
  },
};

/** `file` is only its name, for the verdict. Never throws on hostile bytes. */
export async function verifyBytes(
  file: string,
  bytes: Buffer,
  keys: KnownKeys,
  known?: CheckedProofs,
): Promise<Verdict> {
  if (bytes.subarray(0, 1_024).includes('%PDF-')) return verifyPdf(file, bytes, keys, known);
  return verifyText(file, bytes, keys, known);
}

async function verifyText(file: string, bytes: Buffer, keys: KnownKeys, known?: CheckedProofs): Promise<Verdict> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { file, verdict: 'changed', reasons: ['the file is not UTF-8'] };
  }
  const report = await verifyCredential(text, (method) => keys.keyOf(method), new Date(), known);
  const credential = report.credential as
    | {
        name?: string;
        issuer?: { id?: string };
        credentialSubject?: {
          identifier?: { identityType: string; identityHash: string }[];
          achievement?: { name: string };
        };
      }
    | undefined;
  const recipient = credential?.credentialSubject?.identifier?.find((one) => one.identityType === 'name')?.identityHash;
  const achievement = credential?.credentialSubject?.achievement?.name;
  return {
    file,
    verdict: report.verdict === 'unchanged' && isSpecimen(credential) ? 'specimen' : report.verdict,
    issuer: report.keyId?.split('#')[0],
    recipient,
    achievement,
    expired: report.expired,
    reasons: report.reasons,
  };
}

/** Either is under the signature: its name, which did:key issuers have too, and the issuer of specimens. */
function isSpecimen(credential: { name?: string; issuer?: { id?: string } } | undefined): boolean {
  return credential?.name?.startsWith(specimenTitle('')) === true || credential?.issuer?.id?.endsWith(':test') === true;
}

/** The seal covers every byte of the file; the credential inside must hold as well, and both keys must belong to one issuer. */
async function verifyPdf(file: string, pdf: Buffer, keys: KnownKeys, known?: CheckedProofs): Promise<Verdict> {
  const seal = verifySeal(pdf);
  if (!seal.sealed) return { file, verdict: 'not_a_credential', reasons: [seal.reason ?? 'the PDF carries no seal'] };
  if (!seal.unchanged) return { file, verdict: 'changed', reasons: [seal.reason ?? 'the seal does not fit the file'] };
  const attachment = await extractAttachment(pdf, 'credential.json');
  if (!attachment) return { file, verdict: 'not_a_credential', reasons: ['no credential is attached'] };
  const inner = await verifyText(file, Buffer.from(attachment.data), keys, known);
  if (inner.verdict !== 'unchanged' && inner.verdict !== 'specimen') return inner;
  if (!seal.publicKey || keys.ownerOf(seal.publicKey) !== inner.issuer)
    return { ...inner, verdict: 'unknown_key', reasons: ['the seal is not by a key of the credential’s issuer'] };
  return inner;
}

function describe({ file, verdict, issuer, recipient, achievement, expired, reasons }: Verdict): string {
  const word = {
    unchanged: 'unchanged',
    specimen: 'SPECIMEN: made with a test key, attests nothing',
    changed: 'CHANGED',
    unknown_key: 'cannot tell: unknown key',
    not_a_credential: 'not a credential',
    unreadable: 'cannot be read',
  }[verdict];
  const facts = [
    recipient && `  recipient    ${recipient}`,
    achievement && `  achievement  ${achievement}`,
    issuer && `  issuer       ${issuer}`,
    expired && '  expired',
  ];
  return `${[`${file}: ${word}`, ...(verdict === 'unchanged' || verdict === 'specimen' ? facts : []), ...reasons.map((reason) => `  ${reason}`)].filter(Boolean).join('\n')}\n`;
}
