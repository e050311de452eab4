import type { Follower } from '../domain/followers.ts';
import { forgetMessages } from './message-erasure.ts';
import { tellPerson } from './tell-person.ts';

export const messagesFollower: Follower = {
  driverErased: (context, driver, words) => forgetMessages(context, driver.id, words),
  phonesVoided: async (context, drivers) => {
    for (const driver of drivers) await tellPerson(context, { driver, kind: 'phone-void' });
  },
};
