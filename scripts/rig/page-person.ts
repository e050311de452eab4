/** Sessions of people for the states of pages: `person`, `person-nl`, and how far their second step is. */
import { createPerson } from '../../src/relay/domain/account-people.ts';
import type { FollowedContext } from '../../src/relay/domain/followers.ts';
import { beginSecondFactor, confirmSecondFactor } from '../../src/relay/domain/second-factor.ts';
import { newSession } from '../../src/relay/domain/sessions.ts';
import { codeOfStep, stepAt } from '../../src/relay/secrets/totp.ts';

type Act = <T>(work: (context: FollowedContext) => Promise<T>) => Promise<T>;

let made = 0;

/** @param words `person`, and behind dashes `nl`, `begun`, `on` */
export const personCookie = (act: Act, words: string): Promise<string> =>
  act(async context => {
    const [, ...more] = words.split('-');
    made += 1;
    const { id } = await createPerson(context, {
      name: 'Ada Moreno',
      email: `ada${made}@example.org`,
      role: 'administrator',
      language: more.includes('nl') ? 'nl' : 'en',
    });
    const secret = more.includes('begun') || more.includes('on') ? await beginSecondFactor(context, id) : '';
    if (more.includes('on')) await confirmSecondFactor(context, id, codeOfStep(secret, stepAt(context.now)));
    return `smartbox_admin=${await newSession(context, { person: id, token: null, agent: 'a browser' })}`;
  });
