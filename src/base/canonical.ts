/** Any value that JSON can carry. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * The one spelling of a JSON value: members sorted by code unit, no spaces, absent members left out. Hashes and signatures
 * are made over these bytes (the idea of RFC 8785, for the integers and strings that we use).
 */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const object = value as { readonly [name: string]: Json | undefined };
  const members = Object.keys(object)
    .sort()
    .flatMap(name => {
      const member = object[name];
      return member === undefined ? [] : [`${JSON.stringify(name)}:${canonical(member)}`];
    });
  return `{${members.join(',')}}`;
}
