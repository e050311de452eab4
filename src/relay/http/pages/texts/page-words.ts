/** Every text of the pages of people and their sessions. A language that lacks one does not compile. */
import type { Role } from '../../../domain/account-people.ts';
import type { PasswordFlaw } from '../../../secrets/passwords.ts';

export interface PageWords {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly newPassword: string;
  readonly passwordRule: string;
  readonly language: string;
  readonly languages: Readonly<Record<'en' | 'nl', string>>;
  readonly role: string;
  readonly roles: Readonly<Record<Role, string>>;
  readonly roleMeans: Readonly<Record<Role, string>>;
  readonly flaws: Readonly<Record<PasswordFlaw, string>>;
  readonly badMail: string;
  readonly badName: string;
  readonly mailTaken: string;
  readonly back: string;
  readonly save: string;
  readonly tooMany: (seconds: number) => string;
  readonly busy: string;
  readonly refused: string;
  readonly notFound: string;
  readonly lastAdministrator: string;
  readonly never: string;
  readonly signIn: Readonly<
    Record<
      | 'title'
      | 'button'
      | 'lost'
      | 'wrong'
      | 'tokenTitle'
      | 'tokenHint'
      | 'token'
      | 'tokenButton'
      | 'wrongToken',
      string
    >
  >;
  readonly first: Readonly<
    Record<
      | 'title'
      | 'intro'
      | 'button'
      | 'gone'
      | 'goneHint'
      | 'country'
      | 'countryHint'
      | 'zone'
      | 'zoneHint'
      | 'later',
      string
    >
  >;
  readonly link: Readonly<Record<'invited' | 'reset' | 'intro' | 'button' | 'gone' | 'goneHint', string>>;
  readonly lost: Readonly<Record<'title' | 'intro' | 'button' | 'done' | 'doneHint' | 'noMail', string>>;
  readonly prove: Readonly<Record<'title' | 'intro' | 'introToken' | 'button' | 'wrong', string>>;
  readonly sessions: Readonly<
    Record<
      'title' | 'browser' | 'since' | 'used' | 'here' | 'end' | 'endAll' | 'endAllHint' | 'byToken',
      string
    >
  >;
  readonly people: Readonly<
    Record<
      | 'title'
      | 'seen'
      | 'state'
      | 'invite'
      | 'inviteTitle'
      | 'inviteHint'
      | 'inviteButton'
      | 'linkTitle'
      | 'linkOnce'
      | 'linkMailed'
      | 'linkByHand'
      | 'linkButton'
      | 'linkHint'
      | 'disable'
      | 'disableHint'
      | 'enable'
      | 'more'
      | 'may'
      | 'mail',
      string
    >
  >;
  readonly states: Readonly<Record<'invited' | 'active' | 'disabled', string>>;
  readonly until: (instant: string) => string;
}
