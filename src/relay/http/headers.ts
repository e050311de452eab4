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

/** Every page of ours forbids this. */
const closed = ["form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"];

/** Pages of administrators: the sheet and the script of this relay, what the script asks this relay for, and nothing of anybody else. */
export const pagePolicy: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  ...closed,
].join('; ');

/** A mail as it is sent, in a frame of such a page: it has its looks within itself, and nothing of it runs, loads or leads anywhere. */
export const mailPolicy: string = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'sandbox',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'self'",
].join('; ');

/** All other answers: pages with one style sheet, inside, and no script at all. */
export function securityHeaders(style: string, isHttps: boolean): Readonly<Record<string, string>> {
  const sheet = createHash('sha256').update(style).digest('base64');
  const policy = ["default-src 'none'", `style-src 'sha256-${sheet}'`, ...closed];
  return {
    ...always,
    'content-security-policy': policy.join('; '),
    ...(isHttps ? { 'strict-transport-security': `max-age=${yearS}` } : {}),
  };
}
