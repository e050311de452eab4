/** A path of these pages, and nothing that a browser could take for another site. */
export const ownPath = (path: string): string => (/^\/admin(?:\/[\w-]+)*$/.test(path) ? path : '/admin');

/** Where the password is asked for once more, before somebody is led back. */
export const provePath = (back: string): string => `/admin/prove?back=${encodeURIComponent(ownPath(back))}`;
