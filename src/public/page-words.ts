/** What the verification page says, in the languages it speaks. */

import { primaryLanguage } from '../domain/language.ts';

export interface PageWords {
  banner: string;
  /** The verdict by what was found, and a sentence on what it means. */
  valid: string;
  validMeaning: string;
  revoked: string;
  revokedMeaning: string;
  expired: string;
  expiredMeaning: string;
  not_yet_issued: string;
  notYetMeaning: string;
  unproven: string;
  unprovenMeaning: string;
  specimen: string;
  specimenMeaning: string;
  checkedAt: string;
  revokedAt: string;
  revocationReason: string;
  awardedTo: string;
  issuedBy: string;
  issueDate: string;
  expiryDate: string;
  noExpiry: string;
  reference: string;
  description: string;
  criteria: string;
  keep: string;
  pdf: string;
  linkedIn: string;
  json: string;
  png: string;
  address: string;
  proof: string;
  proofVerdict: string;
  issuerDid: string;
  key: string;
  cryptosuite: string;
  credentialId: string;
  reasons: string;
  footer: string;
}

const words = {
  en: {
    banner: 'Certificate check',
    valid: 'This certificate is valid',
    validMeaning:
      'It was issued by the organization named below, it has not been changed, and it has not been revoked.',
    revoked: 'This certificate was revoked',
    revokedMeaning: 'The organization that issued it has withdrawn it. It no longer counts.',
    expired: 'This certificate has expired',
    expiredMeaning: 'It is genuine, but its period of validity is over.',
    not_yet_issued: 'This certificate is not valid yet',
    notYetMeaning: 'It is genuine, but its date of issue lies in the future.',
    unproven: 'This certificate could not be confirmed',
    unprovenMeaning: 'Its digital signature does not hold. Do not rely on what it says; ask the organization.',
    specimen: 'This is a specimen: it attests nothing',
    specimenMeaning:
      'It was made to try things out. Nobody was awarded anything, and the organization named below does not stand behind it.',
    checkedAt: 'Checked',
    revokedAt: 'Revoked',
    revocationReason: 'Reason',
    awardedTo: 'Awarded to',
    issuedBy: 'Issued by',
    issueDate: 'Date of issue',
    expiryDate: 'Valid until',
    noExpiry: 'no expiry date',
    reference: 'Reference',
    description: 'What it stands for',
    criteria: 'What was required',
    keep: 'Keep it or show it',
    pdf: 'Download PDF',
    linkedIn: 'Add to LinkedIn',
    json: 'Digital credential (JSON)',
    png: 'Badge image (PNG)',
    address: 'Address of this page',
    proof: 'Technical details of the check',
    proofVerdict: 'Signature',
    issuerDid: 'Issuer',
    key: 'Key',
    cryptosuite: 'Method',
    credentialId: 'Credential',
    reasons: 'Findings',
    footer:
      'This page was checked by the server at the moment you opened it. Compare the name and the details with what you were shown.',
  },
  es: {
    banner: 'Comprobación de certificados',
    valid: 'Este certificado es válido',
    validMeaning: 'Lo emitió la organización que se indica abajo, no ha sido modificado y no ha sido revocado.',
    revoked: 'Este certificado fue revocado',
    revokedMeaning: 'La organización que lo emitió lo ha retirado. Ya no tiene validez.',
    expired: 'Este certificado ha caducado',
    expiredMeaning: 'Es auténtico, pero su período de validez ha terminado.',
    not_yet_issued: 'Este certificado aún no es válido',
    notYetMeaning: 'Es auténtico, pero su fecha de emisión todavía no ha llegado.',
    unproven: 'No se ha podido confirmar este certificado',
    unprovenMeaning: 'Su firma digital no es correcta. No se fíe de lo que dice; consulte con la organización.',
    specimen: 'Esto es una muestra: no acredita nada',
    specimenMeaning:
      'Se hizo para hacer pruebas. No se ha otorgado nada a nadie, y la organización que se indica abajo no responde de ella.',
    checkedAt: 'Comprobado',
    revokedAt: 'Revocado',
    revocationReason: 'Motivo',
    awardedTo: 'Otorgado a',
    issuedBy: 'Emitido por',
    issueDate: 'Fecha de emisión',
    expiryDate: 'Válido hasta',
    noExpiry: 'sin fecha de caducidad',
    reference: 'Referencia',
    description: 'Qué acredita',
    criteria: 'Qué se exigió',
    keep: 'Guárdelo o muéstrelo',
    pdf: 'Descargar PDF',
    linkedIn: 'Añadir a LinkedIn',
    json: 'Credencial digital (JSON)',
    png: 'Imagen de la insignia (PNG)',
    address: 'Dirección de esta página',
    proof: 'Detalles técnicos de la comprobación',
    proofVerdict: 'Firma',
    issuerDid: 'Emisor',
    key: 'Clave',
    cryptosuite: 'Método',
    credentialId: 'Credencial',
    reasons: 'Resultados',
    footer:
      'El servidor comprobó esta página en el momento en que usted la abrió. Compare el nombre y los datos con lo que le han mostrado.',
  },
  ar: {
    banner: 'التحقق من الشهادات',
    valid: 'هذه الشهادة صالحة',
    validMeaning: 'أصدرتها الجهة المذكورة أدناه، ولم يطرأ عليها أي تغيير، ولم تُلغَ.',
    revoked: 'أُلغيت هذه الشهادة',
    revokedMeaning: 'سحبتها الجهة التي أصدرتها، ولم تعد معتمدة.',
    expired: 'انتهت صلاحية هذه الشهادة',
    expiredMeaning: 'الشهادة أصلية، لكن مدة صلاحيتها انتهت.',
    not_yet_issued: 'لم تصبح هذه الشهادة صالحة بعد',
    notYetMeaning: 'الشهادة أصلية، لكن تاريخ إصدارها لم يحن بعد.',
    unproven: 'تعذر تأكيد هذه الشهادة',
    unprovenMeaning: 'توقيعها الرقمي غير صحيح. لا تعتمد على ما ورد فيها، واستفسر من الجهة المُصدِرة.',
    specimen: 'هذا نموذج تجريبي لا يُثبت شيئًا',
    specimenMeaning: 'أُنشئ لغرض التجربة فقط. لم يُمنح أحد أي شيء، والجهة المذكورة أدناه لا تقف وراءه.',
    checkedAt: 'وقت التحقق',
    revokedAt: 'تاريخ الإلغاء',
    revocationReason: 'السبب',
    awardedTo: 'مُنحت إلى',
    issuedBy: 'الجهة المُصدِرة',
    issueDate: 'تاريخ الإصدار',
    expiryDate: 'صالحة حتى',
    noExpiry: 'بلا تاريخ انتهاء',
    reference: 'الرقم المرجعي',
    description: 'بماذا تشهد',
    criteria: 'متطلبات الحصول عليها',
    keep: 'احفظها أو شاركها',
    pdf: 'تنزيل PDF',
    linkedIn: 'إضافة إلى LinkedIn',
    json: 'الشهادة الرقمية (JSON)',
    png: 'صورة الشارة (PNG)',
    address: 'عنوان هذه الصفحة',
    proof: 'التفاصيل التقنية للتحقق',
    proofVerdict: 'التوقيع',
    issuerDid: 'المُصدِر',
    key: 'المفتاح',
    cryptosuite: 'الطريقة',
    credentialId: 'المعرّف',
    reasons: 'النتائج',
    footer: 'تحقق الخادم من هذه الشهادة لحظة فتحك لهذه الصفحة. قارن الاسم والبيانات بما عُرض عليك.',
  },
} satisfies Record<string, PageWords>;

/** The words of a language with its own tag, English where there are none. */
export function pageWords(language: string): { words: PageWords; language: string } {
  const primary = primaryLanguage(language);
  if (Object.hasOwn(words, primary)) return { words: words[primary as keyof typeof words], language };
  return { words: words.en, language: 'en' };
}
