import type { Follower } from '../domain/followers.ts';
import { forgetMessages } from './message-erasure.ts';
import { tellDriver } from './tell.ts';
import { tellPerson } from './tell-person.ts';

export const messagesFollower: Follower = {
  driverErased: (context, driver, words) => forgetMessages(context, driver.id, words),
  codesRenewed: async (context, bookings) => {
    for (const booking of bookings) await tellDriver(context, { booking, kind: 'fresh-code' });
  },
  phonesVoided: async (context, drivers) => {
    for (const driver of drivers) await tellPerson(context, { driver, kind: 'phone-void' });
  },
};
