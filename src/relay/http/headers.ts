/** Headers of every answer, so that a browser does with it what we mean and nothing else. */
import { createHash } from 'node:crypto';

const always: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

const yearS = 31_536_000;

/** Pages have one style sheet, inside, and no script at all. */
export function securityHeaders(style: string, isHttps: boolean): Readonly<Record<string, string>> {
  const sheet = createHash('sha256').update(style).digest('base64');
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${sheet}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    ...always,
    'content-security-policy': policy.join('; '),
    ...(isHttps ? { 'strict-transport-security': `max-age=${yearS}` } : {}),
  };
}
