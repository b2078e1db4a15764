// The example site for recording a journey: its pages and actions match the model's rules.

const PAGES = 14;
const ACTIONS = 24;
/** The number of pages offered if a rule counts each of several pages. */
const OF_A_KIND = 3;
/** The maximum numbers of a journey's pages, of their characters, and of a rule's patterns. */
const VISITED = 200;
const PATH = 200;
const PATTERNS = 10;
/**
 * A pattern with more stars and names is compared by its beginning: to try all ways to match it could take for ever.
 */
const MOST_OPEN = 2;
const SALES = [
  { label: "sales accepts", event: { type: "lifecycle", props: { stage: "sal" } } },
  { label: "returned by sales", event: { type: "lifecycle", props: { stage: "recycled" } } },
];

/**
 * @param {string[]} visited the paths of the journey, each once
 * @returns {{ pages: string[], actions: { label: string, path?: string, query?: string, event: object }[] }}
 */
export function siteOf(model, visited) {
  const rules = Array.isArray(model.rules) ? model.rules.filter((rule) => rule && typeof rule === "object") : [];
  const seen = visited.filter(({ length }) => length <= PATH).slice(0, VISITED);
  const known = seen.slice(0, PAGES);
  const wanted = rules
    .filter(isPlainPageView)
    .slice(0, PAGES)
    .flatMap((rule) => {
      const patterns = [rule.path].flat().slice(0, PATTERNS);
      const number = wantedOf(rule);
      const isThere = patterns.some((pattern) => seen.filter(covers(pattern)).length >= number);
      return isThere ? [] : pathsOf(patterns[0], number);
    });
  const pages = [...new Set(["/", ...known, ...wanted])].slice(0, PAGES);
  const actions = new Map();
  for (const action of rules.flatMap((rule) => actionOf(rule) ?? [])) {
    const key = JSON.stringify([action.event, action.path, action.query]);
    if (!actions.has(key) && actions.size < ACTIONS) actions.set(key, action);
  }
  return { pages, actions: [...actions.values(), ...SALES] };
}

/** The paths of the pages that a journey saw, each once. */
export function pathsIn(events) {
  const urls = new Set(events.filter(({ type, url }) => type === "page_view" && url).map(({ url }) => url));
  return [...new Set([...urls].map(pathOf))];
}

const typesOf = ({ event }) => [event ?? []].flat();
const isPlainPageView = (rule) => typesOf(rule).includes("page_view") && rule.path !== undefined && !rule.where;
const wantedOf = ({ distinct, path }) => (distinct === "url.path" && /:|\*/.test([path].flat()[0]) ? OF_A_KIND : 1);

function pathOf(url) {
  try {
    return new URL(url, "https://site.example").pathname;
  } catch {
    return "/";
  }
}

// Near enough to offer a link; whether a rule matches is for the runtime to say.
function covers(pattern) {
  const plain = withoutOptional(pattern);
  const [start, ...open] = plain.split(/\*|:\w+/);
  if (open.length > MOST_OPEN) return (path) => path.startsWith(start);
  const source = plain
    .replace(/[.+?^${}()|[\]\\]/g, "\\$&")
    .replace(/\/\*$/, "(/.*)?")
    .replace(/\*(?!\))/g, ".*")
    .replace(/:\w+/g, "[^/]+");
  const covering = new RegExp(`^${source}/?$`);
  return (path) => covering.test(path);
}

const withoutOptional = (pattern) => String(pattern).replace(/\{([^}]*)\}\?/g, "");

function pathsOf(pattern, number) {
  const plain = withoutOptional(pattern);
  const name = (index) => (number > 1 ? `-${index + 1}` : "");
  return Array.from({ length: number }, (_, index) => {
    const filled = plain.replace(/:(\w+)/g, `$1${name(index)}`);
    const isOpen = number > 1 && !/:\w+/.test(plain);
    return filled.replace(/\/\*$/, isOpen ? `/page${name(index)}` : "").replaceAll("*", `page${name(index)}`) || "/";
  });
}

function actionOf(rule) {
  if (rule.trait) return { label: rule.id, event: { type: "identify", ...fulfil(rule.trait) } };
  if (isPlainPageView(rule) || rule.event === undefined) return null;
  const { props, query, path } = fulfil(rule.where ?? {});
  const where = path ?? (rule.path === undefined ? undefined : pathsOf([rule.path].flat()[0], 1)[0]);
  return { label: rule.id, path: where, query, event: { type: typesOf(rule)[0], ...(props && { props }) } };
}

/** Returns props and parts of a URL for which a condition is true, for simple conditions. */
function fulfil(condition) {
  const found = { props: dictionary(), query: new URLSearchParams(), path: undefined };
  collect(condition, found);
  return {
    ...(Object.keys(found.props).length > 0 && { props: found.props }),
    query: found.query.toString(),
    path: found.path,
  };
}

function collect(condition, found) {
  for (const [name, wanted] of Object.entries(condition ?? {})) {
    if (name === "$and") [wanted].flat().forEach((part) => collect(part, found));
    else if (name === "$or") collect([wanted].flat()[0], found);
    else if (!name.startsWith("$")) put(name, valueFor(wanted), found);
  }
}

function put(name, value, found) {
  if (value === undefined) return;
  if (name === "url.path") found.path = String(value);
  else if (name.startsWith("url.query.")) found.query.set(name.slice("url.query.".length), value);
  else if (!name.startsWith("url.")) {
    const steps = name.split(".");
    const last = steps.pop();
    const parent = steps.reduce(below, found.props);
    parent[last] = value;
  }
}

// Names come from a model, which may be hostile: the object has no `__proto__`.
const dictionary = () => Object.create(null);

// A page at this path becomes a folder for the pages below it.
function below(parent, step) {
  if (typeof parent[step] !== "object" || parent[step] === null) parent[step] = dictionary();
  return parent[step];
}

function valueFor(wanted) {
  if (wanted === null || typeof wanted !== "object" || Array.isArray(wanted)) return wanted;
  const [operator, operand] = Object.entries(wanted)[0] ?? [];
  switch (operator) {
    case "$gt":
      return operand + 1;
    case "$lt":
      return operand - 1;
    case "$in":
      return operand?.[0];
    case "$exists":
      return operand ? true : undefined;
    case "$eq":
    case "$gte":
    case "$lte":
    case "$all":
    case "$startsWith":
    case "$endsWith":
    case "$contains":
      return operand;
    default:
      return undefined;
  }
}
