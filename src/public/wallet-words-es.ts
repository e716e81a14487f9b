/** What the pages of a member's wallet say in Spanish. */

import type { WalletWords } from './wallet-words.ts';

export const spanish: WalletWords = {
  banner: 'Sus certificados',
  askTitle: 'Abrir su cartera',
  askMeaning:
    'Su cartera reúne todos los certificados que una organización le ha emitido como miembro. Escriba el correo electrónico con el que le conoce y recibirá un enlace. No necesita ninguna contraseña.',
  email: 'Su correo electrónico',
  ask: 'Enviarme un enlace',
  emailMissing: 'Escriba su correo electrónico.',
  emailWrong: 'Esto no es una dirección de correo. Escríbala completa, por ejemplo nombre@example.com.',
  problem: 'No se ha enviado ningún enlace',
  askedTitle: 'Revise su correo',
  asked: (minutes) =>
    `Si esta dirección pertenece a un miembro, el enlace ya está en camino. Funciona una sola vez y durante ${minutes} minutos.`,
  askedNext:
    '¿No ha llegado nada después de unos minutos? Mire en el correo no deseado, compruebe la dirección y vuelva a pedirlo más tarde: después de varios enlaces no se envían más durante un rato. A nadie se le dice si una dirección es conocida.',
  signedOut: 'Ha cerrado la sesión.',
  ended: 'Su sesión ha terminado. Pida un enlace nuevo para abrir otra vez su cartera.',
  tooMany: 'Se han pedido demasiados enlaces desde aquí',
  tooManyNext: 'Espere un minuto e inténtelo de nuevo.',
  openTitle: (organization) => `Sus certificados de ${organization}`,
  openMeaning: (name) => `Esto abre la cartera de ${name} en este navegador.`,
  openShared: (hours) =>
    `Queda abierta ${hours} horas o hasta que cierre la sesión; ciérrela si otras personas usan también este navegador.`,
  open: 'Abrir mi cartera',
  closed: {
    unknown: [
      'Este enlace no lleva a ninguna parte',
      'Compruebe que la dirección esté completa, tal como aparece en el mensaje, o pida aquí un enlace nuevo.',
    ],
    used: ['Este enlace ya se ha usado', 'Cada enlace abre la cartera una sola vez. Pida aquí uno nuevo.'],
    superseded: [
      'Este enlace ya no es válido',
      'La cartera se abrió con un enlace más reciente, o su dirección ha cambiado. Pida aquí un enlace nuevo.',
    ],
    expired: ['Este enlace ha caducado', 'No se ha perdido nada. Pida aquí un enlace nuevo.'],
  },
  title: 'Sus certificados',
  belongsTo: (name) => `Cartera de ${name}`,
  nothing: 'Aquí todavía no hay ningún certificado',
  nothingNext: (organization) =>
    `Lo que ${organization} emita a su dirección aparecerá aquí por sí solo, también lo que le emitió antes.`,
  states: { valid: 'Válido', revoked: 'Revocado', expired: 'Caducado', not_yet_issued: 'Aún no válido' },
  issuedBy: 'Emitido por',
  awardedTo: 'Otorgado a',
  issueDate: 'Fecha de emisión',
  expiryDate: 'Válido hasta',
  revokedAt: 'Revocado el',
  reference: 'Referencia',
  view: 'Abrir página pública',
  pdf: 'Descargar PDF',
  json: 'Descargar credencial (JSON)',
  linkedIn: 'Añadir a LinkedIn',
  publicLink: 'Enlace público',
  publicMeaning: 'Quien lo tenga puede ver este certificado y comprobarlo.',
  page: (at) => `Página ${at}`,
  pages: 'Páginas',
  newer: 'Más recientes',
  older: 'Anteriores',
  signOut: 'Cerrar sesión',
  fault: 'No ha funcionado',
  faultNext: 'Nada ha cambiado. Vuelva atrás e inténtelo de nuevo.',
  back: 'Volver',
  footer: 'Solo usted ve esta página. Las páginas públicas de sus certificados las puede ver quien tenga su dirección.',
  askFooter: 'El enlace se envía a la dirección que la organización tiene de usted, y a ninguna otra.',
};
