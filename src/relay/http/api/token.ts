/** Bearer tokens: `smartbox_ID_SECRET`. The id finds the row, the secret (256 bits) is compared by its hash. */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface BearerToken {
  readonly id: string;
  readonly secret: string;
}

export const idBytes = 9;
export const secretBytes = 32;

/** `random`: at least `idBytes + secretBytes` bytes of a CSPRNG. */
export function newToken(random: Uint8Array): BearerToken {
  const bytes = Buffer.from(random);
  return {
    id: bytes.subarray(0, idBytes).toString('hex'),
    secret: bytes.subarray(idBytes, idBytes + secretBytes).toString('base64url'),
  };
}

export const tokenText = ({ id, secret }: BearerToken): string => `smartbox_${id}_${secret}`;

const shape = /^smartbox_([0-9a-f]{18})_([A-Za-z0-9_-]{43})$/;

/** Null: not one of ours. */
export function readToken(text: string): BearerToken | null {
  const [, id, secret] = shape.exec(text.trim()) ?? [];
  return id === undefined || secret === undefined ? null : { id, secret };
}

/** The token of an `Authorization` header. */
export function bearerOf(header: string | undefined): BearerToken | null {
  const match = /^bearer +(\S+) *$/i.exec(header ?? '');
  return match?.[1] === undefined ? null : readToken(match[1]);
}

/** 64 hex digits. The secret has 256 random bits of its own, so that no slow hash is needed. */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Constant time. */
export const sameHash = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
