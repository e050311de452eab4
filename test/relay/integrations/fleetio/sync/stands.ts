import type { House } from '../../../domain/house.ts';

/** As the boxes of the house say of themselves. */
export async function stands(
  house: House,
  where: { readonly timezone: string; readonly region: string },
  box: string | null = null,
): Promise<void> {
  const place = JSON.stringify({ name: 'Depot A', language: 'en', phone: null, ...where });
  await house.store.write(tx => {
    const query = tx.updateTable('box').set({ place });
    return (box === null ? query : query.where('id', '=', box)).execute();
  });
}
