/** A form that is sent twice, by a double click or on a slow line, does its deed once. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../base/html.ts';
import { fieldOf } from './form.ts';
import type { Visit } from './visit.ts';

const name = 'once';

export const onceField = ({ context }: Visit): Html =>
  html`<input type="hidden" name="${name}" value="form-${Buffer.from(context.random(16)).toString('hex')}">`;

/** Null: whoever wrote the form wants no such thing. */
export function onceOf(request: FastifyRequest): string | null {
  const given = fieldOf(request, name);
  return /^form-[0-9a-f]{32}$/.test(given) ? given : null;
}
