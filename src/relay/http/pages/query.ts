import type { FastifyRequest } from 'fastify';

/** Longer ones no link of ours has. */
const charactersMax = 400;

/** A parameter of the path; whoever takes it checks it. */
export const paramOf = ({ params }: FastifyRequest, name: string): string => {
  const value = (params as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : '';
};

/** A parameter of an address that anybody may have typed: one text, or none. */
export function queryOf({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Readonly<Record<string, unknown>>)[name];
  if (typeof value !== 'string' || value === '' || value.length > charactersMax) return undefined;
  // PostgreSQL takes no NUL in a text.
  return value.includes('\0') ? undefined : value;
}
