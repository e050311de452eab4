/** The pages of integrations: connected as the guide walks it, vehicles linked to keys, assignments booked by hand. */
import type { FramedDeed, FramedPage } from '../../../../http/pages/framed.ts';
import { aboutDeeds, disconnectPage } from './about-deeds.ts';
import { aboutPage } from './about-page.ts';
import { bookDeed, bookPage } from './book-page.ts';
import { connectDeed, connectPage } from './connect-page.ts';
import { integrationsPage } from './integrations-page.ts';
import type { PageKit } from './page-kit.ts';
import { unlinkPage, vehicleDeeds } from './vehicle-deeds.ts';
import { vehiclePage } from './vehicle-page.ts';
import { refreshDeed, vehiclesPage } from './vehicles-page.ts';

interface RoomPages {
  readonly pages: readonly FramedPage[];
  readonly deeds: readonly FramedDeed[];
}

export const integrationPages = (kit: PageKit): RoomPages => ({
  pages: [
    ...[integrationsPage(kit), connectPage(kit), vehiclesPage(kit), aboutPage(kit), vehiclePage(kit)],
    ...[unlinkPage(kit), bookPage(kit), disconnectPage(kit)],
  ],
  deeds: [connectDeed(kit), refreshDeed(kit), ...vehicleDeeds(kit), bookDeed(kit), ...aboutDeeds(kit)],
});
