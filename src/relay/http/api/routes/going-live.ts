import * as v from 'valibot';
import { goingLive, liveSteps } from '../../../domain/going-live.ts';
import { type Route, reads } from '../route.ts';

export const liveRoutes: readonly Route[] = [
  reads({
    method: 'GET',
    path: '/going-live',
    name: 'getGoingLive',
    summary: 'What is done, and what is left, until the first driver takes a key: by facts alone',
    scope: 'settings:read',
    status: 200,
    answer: v.object({
      isDone: v.boolean(),
      steps: v.array(v.object({ step: v.picklist(liveSteps), isDone: v.boolean() })),
    }),
    read: async context => {
      const done = await goingLive(context);
      const steps = liveSteps.map(step => ({ step, isDone: done[step] }));
      return { isDone: steps.every(each => each.isDone), steps };
    },
  }),
];
