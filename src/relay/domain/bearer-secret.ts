/** Secrets that let in whoever has them: only their hash is kept. */
import { createHash } from 'node:crypto';
import type { Random } from '../../base/random.ts';

/** 64 hex digits. The secret has 192 random bits of its own or more, so that no slow hash is needed. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export const newSecret = (random: Random, bytes: number): string =>
  Buffer.from(random(bytes)).toString('base64url');
