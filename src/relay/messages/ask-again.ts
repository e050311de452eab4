import type { Context } from '../domain/context.ts';
import { type ProblemName, raiseProblem } from '../domain/problems.ts';
import type { Access } from './access.ts';
import { tellAdmins } from './tell.ts';

/** Whether the driver can ask for the key once more: the booking is over, and they do not have it. */
export const mayAskAgain = ({ life, driver }: Access): boolean =>
  driver !== null && (life.state === 'ended' || life.state === 'returned');

/**
 * A driver whose booking is over wants the key again: administrators are asked, once until the Problem is solved.
 * @param adminUrl where they decide
 */
export async function askAgain(context: Context, access: Access, adminUrl: string): Promise<void> {
  const { tx, account } = context;
  const name: ProblemName = { kind: 'access-asked', subject: access.booking.id };
  const known = await tx
    .selectFrom('problem')
    .select('id')
    .where('account', '=', account)
    .where('kind', '=', name.kind)
    .where('subject', '=', name.subject)
    .where('cleared', 'is', null)
    .executeTakeFirst();
  if (known !== undefined) return;
  await raiseProblem(
    context,
    name,
    `the driver of this booking asks for key ${access.key.name} again: make a new booking, or tell them why not`,
  );
  await tellAdmins(context, {
    kind: 'asked-again',
    ...{ booking: access.booking.id, driver: access.booking.driver, data: { link: adminUrl } },
  });
}
