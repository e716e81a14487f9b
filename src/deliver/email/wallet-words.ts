/** What the mail with the link to a wallet says, in three languages. */

import { primaryLanguage } from '../../domain/language.ts';
import type { LinkWords } from './compose-link.ts';

/** `{{…}}` are filled in: organization, member, expires. */
export interface WalletMailWords extends LinkWords {
  title: string;
  expires: string;
}

const words = {
  en: {
    subject: 'Your certificates from {{organization}}',
    title: 'Your certificates',
    greeting: 'Dear {{member}},',
    body: [
      'The address below opens your wallet: all certificates that {{organization}} has issued to you, to look at, download and share. It works once, and until the time below. You need no password.',
      'The address is yours alone: whoever opens it sees your certificates, so please do not pass it on.',
    ],
    button: 'Open your wallet',
    link: 'Or open this address in your browser:',
    expires: 'Link valid until',
    footer:
      'You did not ask for this mail? Then you can ignore it: nobody sees anything by typing your address. {{organization}} knows you as a member under this address.',
  },
  es: {
    subject: 'Sus certificados de {{organization}}',
    title: 'Sus certificados',
    greeting: 'Hola, {{member}}:',
    body: [
      'La dirección siguiente abre su cartera: todos los certificados que {{organization}} le ha emitido, para verlos, descargarlos y compartirlos. Funciona una sola vez y hasta la hora indicada. No necesita ninguna contraseña.',
      'La dirección es personal: quien la abra verá sus certificados, así que no la comparta.',
    ],
    button: 'Abrir su cartera',
    link: 'O abra esta dirección en su navegador:',
    expires: 'Enlace válido hasta',
    footer:
      '¿No ha pedido este mensaje? Puede ignorarlo: nadie ve nada por escribir su dirección. {{organization}} le conoce como miembro con esta dirección.',
  },
  ar: {
    subject: 'شهاداتك من {{organization}}',
    title: 'شهاداتك',
    greeting: 'مرحبًا {{member}}،',
    body: [
      'يفتح العنوان أدناه محفظتك: كل الشهادات التي أصدرتها لك {{organization}}، للاطلاع عليها وتنزيلها ومشاركتها. يعمل العنوان مرة واحدة وحتى الوقت المذكور أدناه، ولا تحتاج إلى كلمة مرور.',
      'هذا العنوان خاص بك: من يفتحه يرى شهاداتك، فلا تشاركه مع أحد.',
    ],
    button: 'فتح محفظتك',
    link: 'أو افتح هذا العنوان في متصفحك:',
    expires: 'الرابط صالح حتى',
    footer:
      'لم تطلب هذه الرسالة؟ يمكنك تجاهلها: لا يرى أحد شيئًا بمجرد كتابة عنوانك. أنت مسجّل لدى {{organization}} عضوًا بهذا العنوان.',
  },
} satisfies Record<string, WalletMailWords>;

/** The words of a language, English where there are none. */
export function walletWords(tag: string): { words: WalletMailWords; language: string } {
  const primary = primaryLanguage(tag);
  if (Object.hasOwn(words, primary)) return { words: words[primary as keyof typeof words], language: primary };
  return { words: words.en, language: 'en' };
}
