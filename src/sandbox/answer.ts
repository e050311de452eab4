/** The sandbox answers a call by this, before it is bytes. */

export interface Call {
  readonly method: string;
  /** Without `/api`, version and query: `/vehicles/301`. */
  readonly path: string;
  /** `v1`, `v2` or none. */
  readonly version: 'v1' | 'v2' | null;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it stands, anything else as JSON; undefined: no body. */
  readonly body?: unknown;
}

const titles: Readonly<Record<number, readonly [string, string]>> = {
  400: ['Bad Request', 'Filter is not supported'],
  401: ['Unauthorized', 'Request could not be authenticated'],
  404: ['Not Found', 'Record not found'],
  500: ['Internal Server Error', 'Something went wrong'],
  503: ['Service Unavailable', 'Try again later'],
};

/** 4xx and 5xx in the newer shape. */
export function refusal(status: number, path: string): Answer {
  const [title, detail] = titles[status] ?? ['Error', 'Error'];
  return { status, body: { status, title, detail, instance: `/api${path}` } };
}

export const unprocessable = (errors: Readonly<Record<string, readonly string[]>>): Answer => ({
  status: 422,
  body: { errors },
});

export const tooMany = (retryAfterS: number): Answer => ({
  status: 429,
  headers: { 'retry-after': String(retryAfterS) },
  body: { error: 'Too many requests detected from your account token. Please try again later.' },
});

/** A list, in one of Fleetio's two shapes. */
export function list(call: Call, records: readonly object[], shape: 'records' | 'array'): Answer {
  return shape === 'array' ? paged(call, records) : cursored(call, records);
}

function cursored({ query, path }: Call, records: readonly object[]): Answer {
  const perPage = Number(query.get('per_page') ?? 50);
  if (!Number.isInteger(perPage) || perPage < 2 || perPage > 100) return refusal(400, path);
  const cursor = query.get('start_cursor');
  const from = cursor === null ? 0 : Number(cursor.replace(/^c/, ''));
  if (!Number.isInteger(from) || from < 0) return refusal(400, path);
  const next = from + perPage < records.length ? `c${from + perPage}` : null;
  const page = records.slice(from, from + perPage);
  const counted = Math.min(records.length, 500);
  return {
    status: 200,
    body: {
      start_cursor: cursor,
      next_cursor: next,
      per_page: perPage,
      estimated_remaining_count: counted,
      filtered_by: [],
      sorted_by: [],
      records: page,
    },
  };
}

function paged({ query }: Call, records: readonly object[]): Answer {
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const size = 100;
  const pages = Math.ceil(records.length / size);
  return {
    status: 200,
    headers: {
      'x-pagination-limit': String(size),
      'x-pagination-current-page': String(page),
      'x-pagination-total-pages': String(pages),
      'x-pagination-total-count': String(records.length),
    },
    body: records.slice((page - 1) * size, page * size),
  };
}
