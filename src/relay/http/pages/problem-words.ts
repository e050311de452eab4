/** Texts about Problems: whom one hurts, and what is done about it where its link leads. */
import type { Filled } from './frame/texts/fill.ts';
import type { Language } from './frame/texts/languages.ts';

const en = {
  deeds: {
    box: 'See the box',
    booking: 'See the booking',
    key: 'See the key',
    driver: 'See the driver',
    address: 'Correct the address',
    fleetio: 'See the connection',
    vehicle: 'See the vehicle',
    assignment: 'Create the booking',
    webhook: 'See the webhook',
    site: 'Say where it stands',
    settings: 'Change the settings',
    messages: 'See the messages',
  },
  call: (name: string) => `Call ${name}`,
  hurts: 'Hurts',
  soon: (count: number) =>
    count === 1 ? '1 booking begins there soon, at' : `${count} bookings begin there soon, the first at`,
};
const nl: Filled<typeof en> = {
  deeds: {
    box: 'Bekijk de kast',
    booking: 'Bekijk de boeking',
    key: 'Bekijk de sleutel',
    driver: 'Bekijk de bestuurder',
    address: 'Adres verbeteren',
    fleetio: 'Bekijk de koppeling',
    vehicle: 'Bekijk het voertuig',
    assignment: 'Boeking maken',
    webhook: 'Bekijk de webhook',
    site: 'Zeg waar ze staat',
    settings: 'Instellingen wijzigen',
    messages: 'Bekijk de berichten',
  },
  call: name => `Bel ${name}`,
  hurts: 'Raakt',
  soon: count =>
    count === 1
      ? 'Er begint daar binnenkort 1 boeking, om'
      : `Er beginnen daar binnenkort ${count} boekingen, de eerste om`,
};

export type ProblemWords = typeof en;

export const problemWords = (language: Language): Filled<typeof en> => ({ en, nl })[language];
