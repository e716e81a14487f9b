/** What the mail to a signatory says, in five languages. */

import { primaryLanguage } from '../../domain/language.ts';

/** `{{…}}` are filled in: organization, batch, signatory, expires. */
export interface ApprovalWords {
  subject: string;
  greeting: string;
  body: string[];
  button: string;
  /** Before the address in clear. */
  link: string;
  batch: string;
  template: string;
  certificates: string;
  expires: string;
  footer: string;
}

const words = {
  en: {
    subject: 'Your approval is needed: {{batch}}',
    greeting: 'Dear {{signatory}},',
    body: [
      '{{organization}} has prepared certificates that carry your name and signature. None of them is issued before you have approved.',
      'At the address below you can look at all of them, approve them, reject single ones, or reject the whole batch. You need no account. The address is yours alone: whoever has it can decide in your name, so please do not pass it on.',
    ],
    button: 'Look at the certificates',
    link: 'Or open this address in your browser:',
    batch: 'Batch',
    template: 'Template',
    certificates: 'Certificates',
    expires: 'Link valid until',
    footer:
      'This mail was not meant for you? Then please delete it without opening the address, and tell {{organization}}. Nothing is issued if you do nothing.',
  },
  es: {
    subject: 'Se necesita su aprobación: {{batch}}',
    greeting: 'Hola, {{signatory}}:',
    body: [
      '{{organization}} ha preparado certificados que llevan su nombre y su firma. Ninguno se emite antes de que usted lo apruebe.',
      'En la dirección siguiente puede verlos todos, aprobarlos, rechazar algunos o rechazar el lote entero. No necesita ninguna cuenta. La dirección es personal: quien la tenga puede decidir en su nombre, así que no la comparta.',
    ],
    button: 'Ver los certificados',
    link: 'O abra esta dirección en su navegador:',
    batch: 'Lote',
    template: 'Plantilla',
    certificates: 'Certificados',
    expires: 'Enlace válido hasta',
    footer:
      '¿Este mensaje no era para usted? Bórrelo sin abrir la dirección y avise a {{organization}}. Si no hace nada, no se emite nada.',
  },
  ar: {
    subject: 'مطلوب موافقتك: {{batch}}',
    greeting: 'مرحبًا {{signatory}}،',
    body: [
      'أعدّت {{organization}} شهادات تحمل اسمك وتوقيعك، ولن تصدر أي منها قبل موافقتك.',
      'من العنوان أدناه يمكنك الاطلاع عليها كلها والموافقة عليها أو رفض بعضها أو رفض الدفعة كاملة، دون حاجة إلى حساب. هذا العنوان خاص بك: من يملكه يستطيع أن يقرر باسمك، فلا تشاركه مع أحد.',
    ],
    button: 'عرض الشهادات',
    link: 'أو افتح هذا العنوان في متصفحك:',
    batch: 'الدفعة',
    template: 'القالب',
    certificates: 'عدد الشهادات',
    expires: 'الرابط صالح حتى',
    footer:
      'لم تكن هذه الرسالة موجهة إليك؟ احذفها دون فتح العنوان وأبلغ {{organization}}. لن يصدر شيء ما لم تفعل شيئًا.',
  },
  fr: {
    subject: 'Votre approbation est requise : {{batch}}',
    greeting: 'Bonjour {{signatory}},',
    body: [
      '{{organization}} a préparé des certificats qui portent votre nom et votre signature. Aucun n’est délivré avant votre approbation.',
      'À l’adresse ci-dessous, vous pouvez tous les consulter, les approuver, en refuser certains ou refuser le lot entier. Aucun compte n’est nécessaire. Cette adresse est personnelle : qui la possède peut décider en votre nom, ne la transmettez donc pas.',
    ],
    button: 'Voir les certificats',
    link: 'Ou ouvrez cette adresse dans votre navigateur :',
    batch: 'Lot',
    template: 'Modèle',
    certificates: 'Certificats',
    expires: 'Lien valable jusqu’au',
    footer:
      'Ce message ne vous était pas destiné ? Supprimez-le sans ouvrir l’adresse et prévenez {{organization}}. Si vous ne faites rien, rien n’est délivré.',
  },
  de: {
    subject: 'Ihre Freigabe wird gebraucht: {{batch}}',
    greeting: 'Guten Tag, {{signatory}},',
    body: [
      '{{organization}} hat Urkunden vorbereitet, die Ihren Namen und Ihre Unterschrift tragen. Keine davon wird ausgestellt, bevor Sie sie freigegeben haben.',
      'Unter der folgenden Adresse können Sie alle ansehen, sie freigeben, einzelne ablehnen oder den ganzen Stapel ablehnen. Sie brauchen kein Konto. Die Adresse gehört nur Ihnen: Wer sie hat, kann in Ihrem Namen entscheiden; bitte geben Sie sie nicht weiter.',
    ],
    button: 'Urkunden ansehen',
    link: 'Oder öffnen Sie diese Adresse im Browser:',
    batch: 'Stapel',
    template: 'Vorlage',
    certificates: 'Urkunden',
    expires: 'Link gültig bis',
    footer:
      'Diese Mail war nicht für Sie bestimmt? Dann löschen Sie sie bitte, ohne die Adresse zu öffnen, und sagen Sie {{organization}} Bescheid. Ohne Ihr Zutun wird nichts ausgestellt.',
  },
} satisfies Record<string, ApprovalWords>;

/** The words of a language, English where there are none. */
export function approvalWords(tag: string): { words: ApprovalWords; language: string } {
  const primary = primaryLanguage(tag);
  if (Object.hasOwn(words, primary)) return { words: words[primary as keyof typeof words], language: primary };
  return { words: words.en, language: 'en' };
}
