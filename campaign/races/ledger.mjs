// The judge of the races: every change of every field, in the order in which the service made it, and who knew what then.

/** The fields that are raced for; every write gives one of them a value that no other write gives. */
export const raced = {
  container: ({ deliveryInfo }) => deliveryInfo?.destination?.container,
  rootFolderPath: ({ deliveryInfo }) => deliveryInfo?.destination?.rootFolderPath,
  to: ({ schedule }) => instant(schedule?.recurrencePeriod?.to),
};

export const instant = (text) => (text === undefined ? undefined : new Date(text).toISOString());

export function fieldsOf(properties) {
  return Object.fromEntries(Object.entries(raced).map(([name, read]) => [name, read(properties ?? {})]));
}

/**
 * A change may disappear only under the hands of somebody who knew it: a provider whose state held the value or that told
 * the person of it as a conflict, a client that read it just before, or the portal, whose edit is one step.
 */
export function createLedger() {
  const current = new Map();
  /** What each client was answered last, by export. */
  const seen = new Map();
  const overwritten = [];
  const appeared = new Set();
  const operations = new Map();
  const acknowledged = [];
  const keyOf = (id, field, value) => `${id} ${field} ${value}`;

  return {
    /** An exchange of the service, in its order. `writer` is undefined for the portal. */
    exchange: ({ id, writer, client, writes, properties }) => {
      const after = properties === undefined ? undefined : fieldsOf(properties);
      if (writes && after !== undefined) {
        const before = current.get(id) ?? {};
        for (const field of Object.keys(raced)) {
          appeared.add(keyOf(id, field, after[field]));
          if (before[field] === after[field] || before[field] === undefined) continue;
          const known = client ? seen.get(`${writer} ${id}`)?.[field] === before[field] : writer === undefined;
          overwritten.push({ id, field, value: before[field], by: writer, known });
        }
        current.set(id, after);
      }
      if (client && after !== undefined) seen.set(`${writer} ${id}`, after);
    },
    /** A provider's operation: what its state knew before (several memories of each field), and what it told. */
    operation: ({ writer, known, told }) => operations.set(writer, { known, told }),
    acknowledged: (id, field, value) => acknowledged.push({ id, field, value }),
    /** Everything that was promised and is gone without a word. */
    lost: () => {
      const promised = new Set(acknowledged.map(({ id, field, value }) => keyOf(id, field, value)));
      const never = [...promised]
        .filter((key) => !appeared.has(key))
        .map((key) => `acknowledged and never there: ${key}`);
      const gone = overwritten.filter(({ id, field, value, by, known }) => {
        if (known || !promised.has(keyOf(id, field, value))) return false;
        const operation = operations.get(by);
        // Messages write an instant without its empty milliseconds.
        const told = operation?.told.includes(value) === true || operation?.told.includes(value.replace(".000Z", "Z"));
        return operation?.known.some((fields) => fields[field] === value) !== true && !told;
      });
      return [...never, ...gone.map(({ id, field, value, by }) => `${field} ${value} of ${id}, overwritten by ${by}`)];
    },
    counts: () => ({ changes: overwritten.length, acknowledged: acknowledged.length }),
  };
}
