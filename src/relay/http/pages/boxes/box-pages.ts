/** All pages, pieces and deeds of boxes. */
import type { DeedDeps } from '../deed.ts';
import type { FramedDeed, FramedPage } from '../framed.ts';
import type { LivePiece } from '../live-piece.ts';
import { commandDeed, commandFormPage } from './box-command-form.ts';
import { boxCommandsPage, boxCommandsPiece } from './box-commands.ts';
import { boxEnrolPage, boxEnrolPiece, enrolDeeds, retirePage } from './box-enrol.ts';
import { boxEventsPage } from './box-events.ts';
import { boxListPage, boxListPiece } from './box-list-page.ts';
import { boxDoorsPage, boxPiece } from './box-page.ts';
import { boxSettingsDeed, boxSettingsPage, newBoxDeed, newBoxPage } from './box-settings.ts';
import { boxWhoPage } from './box-who.ts';

interface BoxPageDeps extends DeedDeps {
  readonly httpUrl: string;
}

export const boxPages = (deps: BoxPageDeps): readonly FramedPage[] => [
  ...[boxListPage, newBoxPage, boxDoorsPage, boxWhoPage, boxEventsPage, boxCommandsPage, commandFormPage],
  ...[boxSettingsPage, boxEnrolPage(deps), retirePage],
];

export const boxPieces = (deps: BoxPageDeps): readonly LivePiece[] => [
  ...[boxListPiece, boxPiece, boxCommandsPiece, boxEnrolPiece(deps)],
];

export const boxDeeds = (deps: BoxPageDeps): readonly FramedDeed[] => [
  ...[newBoxDeed(deps), commandDeed(deps), boxSettingsDeed(deps), ...enrolDeeds(deps)],
];
