import * as v from 'valibot';
import { shaped } from '../../../../wire/reading.ts';
import { type AccountView, accountView, changeAccount, settingsShape } from '../../../domain/accounts.ts';
import { assignmentSettings } from '../../../domain/assignment-settings.ts';
import {
  type MessageCeilings,
  mustBeUnder,
  notifySettings,
  underCeilings,
} from '../../../domain/notify-settings.ts';
import { type Route, reads, writes } from '../route.ts';
import { line } from '../schemas/parts.ts';

const region = shaped(2, /^[A-Z]{2}$/, 'must be a country such as NL');

const account = v.object({
  name: v.string(),
  /** How phone numbers without a country code are read. */
  region: v.string(),
  settings: settingsShape,
});

/** Sections are changed member by member; what is not given stays. */
const patch = v.strictObject({
  name: v.optional(line(100)),
  region: v.optional(region),
  settings: v.optional(
    v.partial(
      v.strictObject({
        ...settingsShape.entries,
        notify: v.partial(v.strictObject(notifySettings.entries)),
        assignments: v.partial(v.strictObject(assignmentSettings.entries)),
      }),
    ),
  ),
});

const item = (
  { name, region: where, settings }: AccountView,
  ceilings: MessageCeilings,
): v.InferInput<typeof account> => ({
  name,
  region: where,
  settings: { ...settings, notify: underCeilings(settings.notify, ceilings) },
});

const given = ({ perDay, perPhoneDay }: Partial<Record<keyof MessageCeilings, number | undefined>>) => ({
  ...(perDay === undefined ? {} : { perDay }),
  ...(perPhoneDay === undefined ? {} : { perPhoneDay }),
});

export const settingsRoutes = (ceilings: MessageCeilings): readonly Route[] => [
  reads({
    method: 'GET',
    path: '/settings',
    name: 'getSettings',
    summary: 'The account: its name, its region, and what it has set, defaults filled in',
    scope: 'settings:read',
    status: 200,
    answer: account,
    isVersioned: true,
    read: async context => item(await accountView(context), ceilings),
  }),
  writes({
    method: 'PATCH',
    path: '/settings',
    name: 'changeSettings',
    summary: 'Changes what is given, member by member',
    scope: 'settings:write',
    body: patch,
    status: 200,
    answer: account,
    current: async context => item(await accountView(context), ceilings),
    write: async (context, { body }) => {
      mustBeUnder(ceilings, given(body.settings?.notify ?? {}));
      return item(await changeAccount(context, body), ceilings);
    },
  }),
];
