/** Looks of the API's members, by their names: formats that the schemas cannot say, and an example of each. */

export type JsonObject = { readonly [name: string]: unknown };

interface Look {
  readonly format?: string;
  readonly example: string | number | boolean | readonly string[];
}

const instant = (example: string): Look => ({ format: 'date-time', example });

const looks: Readonly<Record<string, Look>> = {
  name: { example: 'Van 1' },
  box: { example: 'depot-a-x7k2m' },
  key: { example: 'Van 1' },
  slot: { example: 1 },
  tag: { example: '0100BC614E' },
  badge: { example: '0000A1B2C3' },
  start: instant('2026-03-01T08:00:00+01:00'),
  end: instant('2026-03-01T17:00:00+01:00'),
  until: instant('2026-03-01T17:00:00+01:00'),
  email: { format: 'email', example: 'ann@example.org' },
  phone: { example: '+31201234567' },
  role: { example: 'operator' },
  scopes: { example: ['bookings:read', 'bookings:write'] },
  pin: { format: 'password', example: '702846' },
  timezone: { example: 'Europe/Amsterdam' },
  language: { example: 'nl' },
  region: { example: 'NL' },
  address: { example: 'Havenweg 12, Amsterdam' },
  latitude: { example: 52.4 },
  longitude: { example: 4.9 },
  url: { format: 'uri', example: 'https://example.org/smartbox' },
  types: { example: ['key.taken', 'key.returned'] },
  baseUrl: { format: 'uri', example: 'https://secure.fleetio.com/api' },
  why: { example: 'the driver waits at the box' },
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An example is only put where the member takes it: `name` is a text in one place, and may be an object in another. */
function takes(schema: JsonObject, example: Look['example']): boolean {
  if (Array.isArray(schema.anyOf)) return schema.anyOf.some(each => isObject(each) && takes(each, example));
  if (Array.isArray(example)) return schema.type === 'array';
  if (Array.isArray(schema.enum) && !schema.enum.includes(example)) return false;
  const type = typeof example;
  return schema.type === type || (type === 'number' && schema.type === 'integer');
}

function illustratedMember(name: string, schema: JsonObject): JsonObject {
  const look = Object.hasOwn(looks, name) ? looks[name] : undefined;
  const inner = illustrated(schema);
  if (look === undefined || !takes(schema, look.example)) return inner;
  const format = look.format === undefined || schema.type !== 'string' ? {} : { format: look.format };
  return { ...format, examples: [look.example], ...inner };
}

/** The schema with formats and examples on all of its members, however deep. */
export function illustrated(schema: JsonObject): JsonObject {
  const properties = isObject(schema.properties)
    ? {
        properties: Object.fromEntries(
          Object.entries(schema.properties).map(([name, member]) => [
            name,
            isObject(member) ? illustratedMember(name, member) : member,
          ]),
        ),
      }
    : {};
  const items = isObject(schema.items) ? { items: illustrated(schema.items) } : {};
  const anyOf = Array.isArray(schema.anyOf)
    ? { anyOf: schema.anyOf.map(each => (isObject(each) ? illustrated(each) : each)) }
    : {};
  return { ...schema, ...properties, ...items, ...anyOf };
}

/** A body with every member that has an example; null where one that is required has none. */
export function bodyExample(schema: JsonObject): JsonObject | null {
  if (!isObject(schema.properties)) return null;
  const found = Object.entries(schema.properties).flatMap(([name, member]) =>
    isObject(member) && Array.isArray(member.examples) ? [[name, member.examples[0]] as const] : [],
  );
  const example = Object.fromEntries(found);
  const required = Array.isArray(schema.required) ? schema.required : [];
  const isWhole = required.every(name => Object.hasOwn(example, String(name)));
  return found.length > 0 && isWhole ? example : null;
}
