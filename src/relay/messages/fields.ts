/** The texts of the three fields in the fleet's own system, for a booking. */
import { needsCode } from '../core/booking-life.ts';
import { factsOf } from '../domain/booking-rows.ts';
import type { Context } from '../domain/context.ts';
import type { Language } from '../domain/notify-settings.ts';
import { type Access, accessOf, codeOf } from './access.ts';
import { catalogues } from './catalogues.ts';
import { instantText } from './clock-text.ts';
import type { FieldState } from './kinds.ts';
import { pageLink } from './links.ts';
import { valuesOf } from './render.ts';
import { languageFor } from './tell.ts';
import { cut, filled } from './template.ts';

export interface Fields {
  readonly instructions: string;
  /** Null: nothing is to stand there. */
  readonly link: string | null;
  /** As people read it, `1234 5678`. */
  readonly code: string | null;
}

/** How long such a text may be is not documented; what is longer than this other systems are known to refuse. */
const instructionsMax = 255;

/** A key that is back and may be taken again is as ready as it was. */
export function fieldState(access: Access): FieldState {
  const { life, booking } = access;
  switch (life.state) {
    case 'returned':
      return needsCode(factsOf(booking)) ? onBoxState(access) : 'returned';
    case 'not-sent':
    case 'sent':
    case 'box-unreachable':
      return 'waiting';
    case 'on-box':
      return onBoxState(access);
    default:
      return life.state;
  }
}

/** Ready means that whoever goes there finds the key. */
function onBoxState({ isReady, isKeyAway }: Access): FieldState {
  if (!isReady) return 'waiting';
  return isKeyAway ? 'key-away' : 'ready';
}

/** @param httpUrl where the relay is found, without a slash at its end */
export async function fieldsOf(
  context: Context,
  booking: string,
  { httpUrl, language }: { readonly httpUrl: string; readonly language?: Language | undefined },
): Promise<Fields | null> {
  const access = await accessOf(context.tx, booking);
  if (access === null) return null;
  const state = fieldState(access);
  const isOver = state === 'returned' || state === 'cancelled' || state === 'ended';
  const spoken = language ?? languageFor(access);
  return {
    instructions: instructionsOf(context, access, spoken),
    link: isOver ? null : await pageLink(context, access, httpUrl),
    code: isOver ? null : codeOf(access, context.atRest),
  };
}

function instructionsOf(
  { now, atRest }: Pick<Context, 'now' | 'atRest'>,
  access: Access,
  language: Language,
): string {
  const { name } = access.account;
  const state = fieldState(access);
  const values = valuesOf({ access, data: {}, account: name, language, now, link: '', atRest });
  const since = instantText(access.life.since, {
    zone: access.place.zone,
    locale: catalogues[language].locale,
    now,
  });
  const told = {
    ...values,
    ...(state === 'taken' ? { start: since } : {}),
    ...(state === 'returned' || state === 'overdue' ? { end: since } : {}),
  };
  return cut(filled(catalogues[language].fields[state], told).replaceAll('\n', ' '), instructionsMax);
}
