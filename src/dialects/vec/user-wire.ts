/** VEC's institution user as it goes over the wire. */

import type { App } from '../../app.ts';
import type { MemberSeen } from '../../usecases/members/get-member.ts';
import { avatarName, signatureName } from '../../usecases/members/member-files.ts';
import { orNull, timestamp } from './wire.ts';

const verification = (at: Date | null) => (at === null ? 'unverified' : 'verified');

export function userWire(app: Pick<App, 'publicUrl' | 'masterKey'>, member: MemberSeen) {
  const signature = signatureName(app, member);
  return {
    uuid: member.id,
    institution_id: member.organizationNumber,
    first_name: member.firstName,
    last_name: member.lastName,
    email: member.email,
    email_verification_status: verification(member.emailVerifiedAt),
    email_verified_at: orNull(member.emailVerifiedAt),
    phone: member.phone,
    phone_verification_status: verification(member.phoneVerifiedAt),
    phone_verified_at: orNull(member.phoneVerifiedAt),
    role: member.role,
    is_archived: member.isArchived,
    has_signature: member.hasSignature,
    signature: signature && `${app.publicUrl}/storage/signatures/${signature}.png`,
    signature_added_at: orNull(member.signatureAddedAt),
    signatory_name: member.signatoryName,
    signatory_designation: member.signatoryDesignation,
    avatar: `${app.publicUrl}/storage/avatars/avatar_${avatarName(app, member)}.png`,
    setup_status: member.hasSignature ? 'completed' : 'pending',
    created_at: timestamp(member.createdAt),
    updated_at: timestamp(member.updatedAt),
  };
}
