/** A vehicle is linked to a key, told what its assignments make, or unlinked. */
import type { FastifyRequest } from 'fastify';
import { fieldOf } from '../../../../http/pages/form.ts';
import { problemsOf } from '../../../../http/pages/form-problems.ts';
import { confirmation } from '../../../../http/pages/frame/confirmation.ts';
import type { FramedDeed, FramedPage, Shown } from '../../../../http/pages/framed.ts';
import { paramOf } from '../../../../http/pages/query.ts';
import type { Visit } from '../../../../http/pages/visit.ts';
import { assignmentPath, type PageParts, root, textsFor, vehiclePath } from './page-parts.ts';
import { showVehicle } from './vehicle-page.ts';

const place = { here: 'integrations', scope: 'integrations:write' } as const;
const path = `${root}/:id/vehicles/:vehicle`;

export const vehicleDeeds = (parts: PageParts): readonly FramedDeed[] => [
  {
    ...{ ...place, path },
    title: ({ menu }) => menu.integrations,
    act: (visit, request) => {
      const [key, mode] = [fieldOf(request, 'key'), fieldOf(request, 'mode')];
      return change(visit, request, parts, {
        ...(key === '' ? {} : { key }),
        ...(mode === '' ? {} : { mode }),
      });
    },
  },
  {
    ...{ ...place, path: `${path}/unlink` },
    title: ({ menu }) => menu.integrations,
    act: (visit, request) => change(visit, request, parts, { key: null }),
  },
];

async function change(
  visit: Visit,
  request: FastifyRequest,
  parts: PageParts,
  body: object,
): Promise<string | Shown> {
  const [id, vehicle] = [paramOf(request, 'id'), paramOf(request, 'vehicle')];
  try {
    await parts.callRoute(parts.vehicles.link, visit.caller, { params: { id, vehicle }, body });
    const assignment = fieldOf(request, 'assignment');
    return assignment === '' ? vehiclePath(id, vehicle) : assignmentPath(id, assignment);
  } catch (error) {
    return await showVehicle(visit, request, parts, problemsOf(error, visit.viewer.language).whole);
  }
}

export const unlinkPage = (parts: PageParts): FramedPage => ({
  ...{ ...place, path: `${path}/unlink` },
  title: ({ menu }) => menu.integrations,
  show: async (visit, request) => {
    const [id, vehicle] = [paramOf(request, 'id'), paramOf(request, 'vehicle')];
    const found = await parts.callRoute(parts.vehicles.get, visit.caller, { params: { id, vehicle } });
    const texts = textsFor(visit).vehicle;
    const here = vehiclePath(id, vehicle);
    const asked = {
      ...{
        happens: [texts.unlinkHappens],
        whom: [found.name, found.key?.name ?? ''].filter(name => name !== ''),
      },
      ...{
        asksWhy: false,
        action: `${here}/unlink`,
        button: texts.unlinkButton,
        isDangerous: true,
        back: here,
      },
    };
    return { title: texts.unlinkTitle, body: confirmation(asked, visit.texts) };
  },
});
