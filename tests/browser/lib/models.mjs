// Models that show the recorded events.

/** Each name counts the events of its rule: they are read as `counts(page)`. */
export const counting = (rules, rest = {}) => ({
  name: "counting",
  dimensions: Object.fromEntries(Object.keys(rules).map((name) => [name, {}])),
  rules: Object.entries(rules).map(([name, rule]) => ({
    id: `${name}-rule`,
    dimension: name,
    points: 1,
    ...(rule.at_least || rule.trait ? {} : { limit: 100 }),
    ...rule,
  })),
  ...rest,
});

/** Each event named is a stage that signals once, however many points there are. Trip them in this order. */
export const signalling = (...events) => ({
  name: "signalling",
  rules: events.map((event) => ({ id: `${event}-rule`, event, points: 1 })),
  stages: events.map((event) => ({ id: event, at: 1_000_000, auto: [`${event}-rule`] })),
});

/** Each name has the greatest value, in whole seconds, of its prop in any `user_engagement`. */
export const measuring = (props, most = 150) => ({
  name: "measuring",
  dimensions: Object.fromEntries(Object.keys(props).map((name) => [name, {}])),
  rules: Object.entries(props).flatMap(([name, prop]) =>
    Array.from({ length: most }, (_, index) => ({
      id: `${name}-${index + 1}`,
      dimension: name,
      event: "user_engagement",
      where: { [prop]: { $gte: index + 1 } },
      points: 1,
    })),
  ),
});
