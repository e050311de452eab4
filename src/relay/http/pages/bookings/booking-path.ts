export const bookingPath = (id: string): string => `/admin/bookings/${encodeURIComponent(id)}`;
