import * as v from 'valibot';
import { bookingToTell, deedLines, eventLines, ownLines } from '../../../domain/booking-story.ts';
import { isLate, type StoryLine, type StoryLines, storyKinds } from '../../../domain/story-line.ts';
import { type Route, reads } from '../route.ts';
import { at, atText, byId, whole } from '../schemas/parts.ts';
import type { Scope } from '../scopes.ts';

/** Whoever lacks the scope is told the rest, and that there may be more. */
export interface StoryPart {
  readonly scope: Scope;
  readonly lines: StoryLines;
}

const ownParts: readonly StoryPart[] = [
  { scope: 'bookings:read', lines: ownLines },
  { scope: 'audit:read', lines: deedLines },
  { scope: 'events:read', lines: eventLines },
];

/** Of each sort; a booking has some dozens. */
const linesMost = 500;

const text = v.optional(v.string());

const storyLine = v.object({
  /** When it happened. */
  at,
  /** When the relay heard of it. */
  heardAt: at,
  /** It came so much later that a line was down. */
  late: v.boolean(),
  kind: v.picklist(storyKinds),
  what: v.string(),
  /** How sure it is; null: a fact of the relay's own. */
  proof: v.nullable(v.picklist(['receipt', 'sensor', 'tag', 'presumed', 'boot'])),
  detail: v.nullable(v.string()),
  behind: v.object({
    ...{ box: text, revision: v.optional(whole), epoch: v.optional(whole), seq: v.optional(whole) },
    ...{ audit: text, who: text, message: text, integration: text, assignment: text, webhook: text },
    trace: text,
  }),
});

const item = (line: StoryLine): v.InferInput<typeof storyLine> => ({
  ...line,
  behind: { ...line.behind },
  ...{ at: atText(line.at), heardAt: atText(line.heardAt), late: isLate(line) },
});

/** @param more of rooms that this one does not know */
export const storyRoutes = (more: readonly StoryPart[]): readonly Route[] => [
  reads({
    method: 'GET',
    path: '/bookings/:id/story',
    name: 'getBookingStory',
    summary:
      'All that happened to a booking, in the order in which it happened: booking, deeds, receipts, events, messages, the fleet’s own system; as far as the token may see each',
    scope: 'bookings:read',
    params: byId,
    status: 200,
    answer: v.object({
      items: v.array(storyLine),
      /** Scopes whose lines are not among them, since the token lacks these. */
      hidden: v.array(v.string()),
    }),
    read: async (context, { caller, params }) => {
      const { id, trace } = await bookingToTell(context, params.id);
      const parts = [...ownParts, ...more];
      const seen = parts.filter(({ scope }) => caller.scopes.has(scope));
      const lines: StoryLine[] = [];
      for (const part of seen) lines.push(...(await part.lines(context, { id, trace }, linesMost)));
      const hidden = parts.filter(part => !seen.includes(part)).map(({ scope }) => scope);
      // What happened in one instant stays in the order of its part.
      return { items: lines.toSorted((a, b) => a.at - b.at).map(item), hidden };
    },
  }),
];
