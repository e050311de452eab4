import type { Follower } from '../domain/followers.ts';
import { fleetioFollower } from '../integrations/fleetio/follower.ts';
import { messagesFollower } from '../messages/follower.ts';

/** The rooms that follow the domain within its transactions, in the order in which they hear. */
export const followers: readonly Follower[] = [fleetioFollower, messagesFollower];
