/** The pages of integrations: connected as the guide walks it, vehicles linked to keys, assignments booked by hand. */
import type { Fragment } from '../../../../http/pages/fragments.ts';
import type { FramedDeed, FramedPage } from '../../../../http/pages/framed.ts';
import { aboutDeeds, disconnectPage } from './about-deeds.ts';
import { aboutPage, heardFragment } from './about-page.ts';
import { bookDeed, bookPage } from './book-page.ts';
import { connectDeed, connectPage } from './connect-page.ts';
import { integrationsPage } from './integrations-page.ts';
import { keyFragment } from './key-search.ts';
import type { PageParts } from './page-parts.ts';
import { sameNamesDeed, sameNamesPage } from './same-names-page.ts';
import { unlinkPage, vehicleDeeds } from './vehicle-deeds.ts';
import { vehiclePage } from './vehicle-page.ts';
import { refreshDeed, vehiclesPage } from './vehicles-page.ts';

interface RoomPages {
  readonly pages: readonly FramedPage[];
  readonly deeds: readonly FramedDeed[];
  readonly pieces: readonly Fragment[];
}

export const integrationPages = (parts: PageParts): RoomPages => ({
  pages: [
    ...[
      integrationsPage(parts),
      connectPage(parts),
      vehiclesPage(parts),
      aboutPage(parts),
      vehiclePage(parts),
    ],
    ...[unlinkPage(parts), bookPage(parts), disconnectPage(parts), sameNamesPage(parts)],
  ],
  deeds: [
    connectDeed(parts),
    refreshDeed(parts),
    ...vehicleDeeds(parts),
    bookDeed(parts),
    sameNamesDeed(parts),
    ...aboutDeeds(parts),
  ],
  pieces: [keyFragment(parts), heardFragment(parts)],
});
