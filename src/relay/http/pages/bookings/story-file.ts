/** The story of a booking as a file: what its route of the API answers to whoever is signed in. */
import type { FastifyInstance } from 'fastify';
import { doRoute } from '../deed.ts';
import type { PageDeps } from '../page-deps.ts';
import { visitOf } from '../visit.ts';
import { bookingPath } from './booking-path.ts';

export function storyFile(app: FastifyInstance, deps: PageDeps): void {
  app.get<{ Params: { readonly id: string } }>('/admin/bookings/:id/story.json', async (request, reply) => {
    const visit = await visitOf(request, deps);
    if (visit === null) return reply.redirect('/admin/sign-in', 303);
    const { id } = request.params;
    // That page says who may.
    if (!visit.viewer.scopes.has('bookings:read')) return reply.redirect(bookingPath(id), 303);
    const story = await doRoute('getBookingStory', visit.caller, { params: { id } }, deps);
    return reply
      .type('application/json')
      .header('cache-control', 'no-store')
      .header('content-disposition', 'attachment; filename="booking-story.json"')
      .send(JSON.stringify(story));
  });
}
