/** The headers that keep pages from running, framing or leaking anything; every page is sent with one of these sets. */

const shared = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy':
    'accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex, noarchive',
  // A page says what holds now; a kept copy could call a revoked certificate valid.
  'cache-control': 'no-store',
} as const;

const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** For every page of this room. */
export const pageHeaders: Readonly<Record<string, string>> = {
  ...shared,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': pagePolicy,
  'x-frame-options': 'DENY',
};

/** For the page that shows one mail: it frames the mail's HTML part. */
export const mailPageHeaders: Readonly<Record<string, string>> = {
  ...pageHeaders,
  'content-security-policy': `${pagePolicy}; frame-src 'self'`,
};

/** For a mail's HTML part: any sender wrote it, so it has no origin, no script, no form and loads nothing; its links open in a new tab. */
export const mailFrameHeaders: Readonly<Record<string, string>> = {
  ...shared,
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
};

/** For a mail's attachments and source: shown by no browser in our origin, always saved. */
export const downloadHeaders: Readonly<Record<string, string>> = {
  ...shared,
  'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
};

/** For PDFs and pictures this server drew itself: a browser may show them. Its PDF viewer refuses to work in a sandbox. */
export const documentHeaders: Readonly<Record<string, string>> = {
  ...shared,
  'content-security-policy': "frame-ancestors 'none'",
};
