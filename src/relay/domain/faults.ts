import { Fault, WrongMember } from '../../base/fault.ts';

/** Also for what belongs to another account: whether it exists is nobody's business. */
export const notFound = (what: string, id: string): Fault =>
  new Fault('not-found', `there is no ${what} ${shown(id)}`, `List what there is; ids are case-sensitive.`);

/** @param where path of the member: `start`, `contact.phone` */
export const badInput = (where: string, problem: string, hint = 'Correct it and ask again.'): Fault =>
  new WrongMember(where, problem, hint);

export const conflict = (message: string, hint: string): Fault => new Fault('conflict', message, hint);

/** Of what somebody sent, as much as fits a sentence. */
const shown = (text: string): string => JSON.stringify(text.slice(0, 100));
