import type { DeedDeps } from '../deed.ts';
import { messageTable } from './message-texts-page.ts';
import { type PageAndDeed, topicPage } from './topic-page.ts';

export const accountTopics = (deps: DeedDeps): readonly PageAndDeed[] => [
  topicPage(
    {
      topic: 'account',
      fields: [
        { name: 'name', kind: 'text' },
        { name: 'settings.notify.language', kind: 'language' },
        { name: 'region', kind: 'region' },
        { name: 'settings.timezone', kind: 'zone' },
      ],
    },
    deps,
  ),
  topicPage(
    {
      topic: 'messages',
      fields: [
        { name: 'settings.notify.channels', kind: 'channels' },
        { name: 'settings.notify.reminderH', kind: 'number-or-none' },
        { name: 'settings.notify.quiet', kind: 'hours' },
        { name: 'settings.notify.smsLink', kind: 'flag' },
        { name: 'settings.notify.admins', kind: 'list' },
        { name: 'settings.notify.faults', kind: 'faults' },
        { name: 'settings.notify.perDay', kind: 'number' },
        { name: 'settings.notify.perPhoneDay', kind: 'number' },
      ],
      more: visit => messageTable(visit, deps),
    },
    deps,
  ),
  topicPage(
    {
      topic: 'rules',
      fields: [
        { name: 'settings.assignments.longBookings', kind: 'longBookings' },
        { name: 'settings.sameCode', kind: 'flag' },
        { name: 'settings.notify.phoneAlone', kind: 'flag' },
        { name: 'settings.assignments.followKey', kind: 'flag' },
        { name: 'settings.assignments.unreachableMin', kind: 'number' },
        { name: 'settings.assignments.silentH', kind: 'number' },
        { name: 'settings.assignments.reconcileMin', kind: 'number' },
      ],
    },
    deps,
  ),
  topicPage(
    {
      topic: 'retention',
      fields: [
        { name: 'settings.driverDays', kind: 'number-or-none' },
        { name: 'settings.eventDays', kind: 'number-or-none' },
        { name: 'settings.auditDays', kind: 'number' },
      ],
    },
    deps,
  ),
];
