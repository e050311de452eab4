import { WrongMember } from '../../../base/fault.ts';

const shape = /^[\x21-\x7e]{1,128}$/;

/**
 * Of a request that is to happen once, however often it is sent; null: none was given.
 * @throws Fault `bad-input`
 */
export function idempotencyKey(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && shape.test(header)) return header;
  throw new WrongMember('Idempotency-Key', 'must be 1 to 128 visible characters, once', 'A UUID does well.');
}
