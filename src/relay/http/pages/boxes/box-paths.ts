/** Addresses of one box. */
export const boxPath = (id: string, tab = ''): string =>
  `/admin/boxes/${encodeURIComponent(id)}${tab === '' ? '' : `/${tab}`}`;
