/** Two people who save one setting: the second sees what the first has saved, and nothing of either is lost. */
import type { FastifyRequest } from 'fastify';
import { type Html, html } from '../../../../base/html.ts';
import { lastDeed } from '../../../domain/audit.ts';
import { tagOf, versionOf } from '../../api/version.ts';
import { deedWords } from '../bookings/deed-texts.ts';
import { fieldOf } from '../form.ts';
import type { FormProblems } from '../form-problems.ts';
import { conflict } from '../frame/states.ts';
import { clockText } from '../frame/when.ts';
import type { Visit } from '../visit.ts';

/** How a form that was sent is shown once more; null: nothing was sent. */
export type Sent = FormProblems | 'overtaken' | null;

export const problemsIn = (sent: Sent): FormProblems | null => (sent === 'overtaken' ? null : sent);

/** @param values of all fields, as they stand now */
export const versionField = (values: readonly unknown[]): Html =>
  html`<input type="hidden" name="version" value="${versionOf(values)}">`;

/** Whether these are no longer the values that the form was filled with; one that says nothing of them takes what there is. */
export function isOvertaken(request: FastifyRequest, values: readonly string[]): boolean {
  const read = fieldOf(request, 'version');
  return read !== '' && read !== versionOf(values);
}

/** The version that the form was filled with, as `If-Match` has it; null: it says nothing of one, and takes what there is. */
export function matchOf(request: FastifyRequest): string | null {
  const read = fieldOf(request, 'version');
  return read === '' ? null : tagOf(read);
}

interface Row {
  readonly label: string;
  readonly now: string;
  readonly typed: string;
}

/** @param subject as the audit has it */
export async function overtaken(visit: Visit, subject: string, rows: readonly Row[]): Promise<Html> {
  const { clock, context, texts, viewer } = visit;
  const deed = await lastDeed(context, subject);
  const who = viewer.scopes.has('audit:read') ? (deed?.name ?? deed?.who) : null;
  const apart = rows.filter(({ now, typed }) => now !== typed);
  const list = (value: (row: Row) => string): Html =>
    html`<dl>${apart.map(row => html`<dt class="soft">${row.label}</dt><dd><bdi>${value(row)}</bdi></dd>`)}</dl>`;
  return conflict(
    {
      who: who ?? deedWords(viewer.language).versions.somebody,
      when: clockText(deed?.at ?? context.now, clock),
      ...{ theirs: list(({ now }) => now), yours: list(({ typed }) => typed) },
    },
    texts,
  );
}
