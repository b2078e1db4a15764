// The parts of the package's JSON Schema that apply to a place in a model, with references resolved.

/** The fields that decide the kind of a rule. */
const KINDS = ["event", "trait", "all"];

export class Schema {
  #root;

  constructor(root) {
    this.#root = root;
  }

  /**
   * All schemas that may apply at the end of `steps`.
   * @param {string[]} steps names, and `0` for any element of a list
   * @param {(depth: number) => Set<string>} namesAt the names of the object at a depth
   */
  at(steps, namesAt) {
    let schemas = this.#expand([this.#root], namesAt(0));
    steps.forEach((step, index) => {
      const below = schemas.flatMap((schema) => this.#below(schema, step));
      schemas = this.#expand(below, namesAt(index + 1));
    });
    return schemas;
  }

  /** Returns the properties in the schemas of one object, with the schemas of each. */
  properties(schemas) {
    const found = new Map();
    for (const schema of schemas) {
      for (const [name, property] of Object.entries(schema.properties ?? {})) {
        if (!found.has(name)) found.set(name, property);
      }
    }
    return found;
  }

  /** The values that the schema lists. */
  values(schemas) {
    const values = schemas.flatMap(({ enum: listed, examples, type, default: initial }) => [
      ...(listed ?? []),
      ...(type === "boolean" ? [true, false] : []),
      ...(examples ?? []),
      ...(initial === undefined ? [] : [initial]),
    ]);
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
  }

  types(property) {
    return new Set(this.#expand([property], new Set()).flatMap(({ type }) => type ?? []));
  }

  #below(schema, step) {
    if (schema.items && step === "0") return [schema.items];
    if (schema.properties?.[step]) return [schema.properties[step]];
    const matching = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) =>
      new RegExp(pattern).test(step),
    );
    if (matching.length > 0) return matching.map(([, property]) => property);
    return typeof schema.additionalProperties === "object" ? [schema.additionalProperties] : [];
  }

  // Of a choice by `if`, the branch that the names so far call for, or all while none does; of any other choice, all of
  // it.
  #expand(schemas, names) {
    return schemas.flatMap((schema) => {
      const { $ref, allOf = [], anyOf = [], oneOf = [] } = schema;
      const further = [...allOf, ...anyOf, ...oneOf].filter((part) => !part.not);
      if ($ref) further.push(this.#resolve($ref));
      if (schema.if) {
        const isMet = schema.if.required.every((name) => names.has(name));
        if (isMet || isOpen(names)) further.push(schema.then);
        if (!isMet) further.push(schema.else);
      }
      return [schema, ...this.#expand(further, names)];
    });
  }

  #resolve(reference) {
    return reference
      .slice(2)
      .split("/")
      .reduce((schema, step) => schema[step], this.#root);
  }
}

const isOpen = (names) => !KINDS.some((kind) => names.has(kind));
