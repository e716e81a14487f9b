/** VEC's vault certificate as it goes over the wire, in the list and by itself. */

import type { VaultCertificateRow, VaultStatus } from '../../db/vault-certificates.ts';
import { describeIssue } from '../../domain/issue.ts';
import type { VaultCertificateDetail } from '../../usecases/vault/get-vault-certificate.ts';
import { timestamp } from './wire.ts';

export const vaultStatus = {
  waiting: 'pending',
  accepted: 'processing',
  issued: 'generated',
  failed: 'failed',
  revoked: 'revoked',
  cancelled: 'failed',
} as const satisfies Record<VaultStatus, string>;

/** Colours and icons are those of VEC's own console (Filament). */
const shown = {
  pending: ['Pending', 'gray', 'heroicon-o-clock', 'Certificate is waiting to be processed'],
  processing: ['Processing', 'info', 'heroicon-o-arrow-path', 'Certificate is being processed'],
  generated: ['Generated', 'success', 'heroicon-o-check-circle', 'Certificate has been successfully generated'],
  failed: ['Failed', 'danger', 'heroicon-o-x-circle', 'Certificate generation has failed'],
  revoked: ['Revoked', 'warning', 'heroicon-o-no-symbol', 'Certificate has been revoked'],
} as const satisfies Record<(typeof vaultStatus)[VaultStatus], readonly string[]>;

export function vaultWire(certificate: VaultCertificateRow) {
  const value = vaultStatus[certificate.status];
  const [label, color, icon, description] = shown[value];
  return {
    id: certificate.number,
    uuid: certificate.itemId,
    reference_id: certificate.referenceId,
    certificate_title: certificate.title,
    full_name: certificate.fullName,
    applicant_email: certificate.email,
    source: { value: certificate.source, label: certificate.source === 'vault' ? 'Vault' : 'Customer' },
    status: { value, label, color, icon, description },
    issue_date: certificate.issueDate,
    created_at: timestamp(certificate.createdAt),
    updated_at: timestamp(certificate.updatedAt),
  };
}

export function vaultDetailWire({ certificate, organization }: VaultCertificateDetail, publicUrl: string) {
  const issued = certificate.issuedAt;
  const folder = `${publicUrl}/storage/certificates/${certificate.itemId}`;
  const unix = issued && Math.floor(issued.getTime() / 1_000);
  const { file } = certificate;
  return {
    ...vaultWire(certificate),
    details: certificate.details,
    batch_id: certificate.batchId,
    qrcode_path: unix && `${folder}/qr_code_${unix}.svg`,
    barcode_path: unix && `${folder}/barcode_${unix}.svg`,
    applicant_phone_number: null,
    institution_name: organization.name,
    institution_email: organization.senderAddress,
    institution_phone_number: null,
    institution_address: null,
    contact_person: null,
    social_links: {},
    coordinates: { latitude: null, longitude: null },
    verification_notes: null,
    rejection_reason: rejection(certificate),
    verified_at: issued && timestamp(issued),
    assigned_at: certificate.assignedAt && timestamp(certificate.assignedAt),
    verification_url: issued && `${publicUrl}/credential/${certificate.itemId}`,
    original_file: {
      name: file.name,
      mime_type: file.mediaType,
      size: file.size,
      pages: file.pages,
      sha256: file.sha256,
    },
    documents: unix
      ? [
          {
            id: certificate.number,
            type: 'verified_pdf',
            path: `${folder}/certificate_${unix}.pdf`,
            url: `${folder}/certificate_${unix}.pdf`,
          },
        ]
      : [],
  };
}

function rejection({ status, issues, revocationReason }: VaultCertificateRow): string | null {
  if (status === 'revoked') return revocationReason;
  if (status !== 'failed' || !issues) return null;
  return issues.map((issue) => `${issue.path} ${describeIssue(issue)}`).join('; ');
}
