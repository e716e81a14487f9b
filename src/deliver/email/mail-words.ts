/** What a certificate's mail says where its template says nothing, in five languages. */

import { primaryLanguage } from '../../domain/language.ts';

/** Texts with the built-in placeholders, and `{{#achievement}}` for the achievement's name. */
export interface MailWords {
  subject: string;
  greeting: string;
  body: string;
  button: string;
  /** Before the address in clear. */
  link: string;
  /** Before the address of the recipient's wallet. */
  wallet: string;
  recipient: string;
  issued: string;
  expires: string;
  reference: string;
  footer: string;
}

const words = {
  en: {
    subject: 'Your certificate from {{organization_name}}: {{#achievement}}',
    greeting: 'Dear {{name}},',
    body: 'Congratulations! {{organization_name}} has issued you a certificate: {{#achievement}}.\n\nYou can look at it, download it and show it to others at the address below. Anyone you give the address to can check that it is genuine.',
    button: 'View your certificate',
    link: 'Or open this address in your browser:',
    wallet: 'You find it among all your certificates in your wallet:',
    recipient: 'Issued to',
    issued: 'Date of issue',
    expires: 'Valid until',
    reference: 'Reference',
    footer:
      '{{organization_name}} sent you this mail because a certificate was issued in your name. If you did not expect it, please ask the organization.',
  },
  es: {
    subject: 'Su certificado de {{organization_name}}: {{#achievement}}',
    greeting: 'Hola, {{name}}:',
    body: '¡Enhorabuena! {{organization_name}} le ha emitido un certificado: {{#achievement}}.\n\nEn la dirección siguiente puede verlo, descargarlo y mostrarlo. Cualquier persona a quien dé esa dirección puede comprobar que es auténtico.',
    button: 'Ver su certificado',
    link: 'O abra esta dirección en su navegador:',
    wallet: 'Lo encuentra junto a todos sus certificados en su cartera:',
    recipient: 'A nombre de',
    issued: 'Fecha de emisión',
    expires: 'Válido hasta',
    reference: 'Referencia',
    footer:
      '{{organization_name}} le envía este mensaje porque se ha emitido un certificado a su nombre. Si no lo esperaba, consulte con la organización.',
  },
  ar: {
    subject: 'شهادتك من {{organization_name}}: {{#achievement}}',
    greeting: 'مرحبًا {{name}}،',
    body: 'تهانينا! أصدرت لك {{organization_name}} شهادة: {{#achievement}}.\n\nيمكنك الاطلاع عليها وتنزيلها ومشاركتها من العنوان أدناه، ويمكن لكل من تعطيه هذا العنوان أن يتحقق من صحتها.',
    button: 'عرض الشهادة',
    link: 'أو افتح هذا العنوان في متصفحك:',
    wallet: 'تجدها مع سائر شهاداتك في محفظتك:',
    recipient: 'صدرت باسم',
    issued: 'تاريخ الإصدار',
    expires: 'صالحة حتى',
    reference: 'الرقم المرجعي',
    footer:
      'أرسلت إليك {{organization_name}} هذه الرسالة لأن شهادة صدرت باسمك. إذا لم تكن تتوقعها فيرجى الاستفسار من الجهة المُصدِرة.',
  },
  fr: {
    subject: 'Votre certificat de {{organization_name}} : {{#achievement}}',
    greeting: 'Bonjour {{name}},',
    body: 'Félicitations ! {{organization_name}} vous a délivré un certificat : {{#achievement}}.\n\nÀ l’adresse ci-dessous, vous pouvez le consulter, le télécharger et le partager. Toute personne à qui vous donnez cette adresse peut vérifier son authenticité.',
    button: 'Voir votre certificat',
    link: 'Ou ouvrez cette adresse dans votre navigateur :',
    wallet: 'Vous le retrouvez avec tous vos certificats dans votre portefeuille :',
    recipient: 'Délivré à',
    issued: 'Date de délivrance',
    expires: 'Valable jusqu’au',
    reference: 'Référence',
    footer:
      '{{organization_name}} vous envoie ce message parce qu’un certificat a été délivré à votre nom. Si vous ne l’attendiez pas, veuillez contacter l’organisation.',
  },
  de: {
    subject: 'Ihre Urkunde von {{organization_name}}: {{#achievement}}',
    greeting: 'Guten Tag, {{name}},',
    body: 'herzlichen Glückwunsch! {{organization_name}} hat Ihnen eine Urkunde ausgestellt: {{#achievement}}.\n\nUnter der folgenden Adresse können Sie sie ansehen, herunterladen und weitergeben. Wer diese Adresse von Ihnen bekommt, kann prüfen, dass die Urkunde echt ist.',
    button: 'Urkunde ansehen',
    link: 'Oder öffnen Sie diese Adresse im Browser:',
    wallet: 'Sie finden sie bei allen Ihren Urkunden in Ihrer Mappe:',
    recipient: 'Ausgestellt für',
    issued: 'Ausgestellt am',
    expires: 'Gültig bis',
    reference: 'Aktenzeichen',
    footer:
      '{{organization_name}} schickt Ihnen diese Mail, weil eine Urkunde auf Ihren Namen ausgestellt wurde. Falls Sie sie nicht erwartet haben, fragen Sie bitte dort nach.',
  },
} satisfies Record<string, MailWords>;

/** The words of a language, English where there are none. */
export function mailWords(language: string): { words: MailWords; language: string } {
  const primary = primaryLanguage(language);
  if (Object.hasOwn(words, primary)) return { words: words[primary as keyof typeof words], language };
  return { words: words.en, language: 'en' };
}
