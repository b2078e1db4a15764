// json-logic-engine: a compiled function for each rule, grouped by event type.
import { LogicEngine } from "json-logic-engine";
import { predicateScorer } from "../host.mjs";
import { conditions } from "../workload.mjs";

const is = (a, b) => ({ "===": [a, b] });
const variable = (name) => ({ var: name });
const OPERATORS = {
  "==": (field, value) => is(variable(field), value),
  ">=": (field, value) => ({ ">=": [variable(field), value] }),
  in: (field, value) => ({ in: [variable(field), value] }),
  contains: (field, value) => ({ in: [value, variable(field)] }),
  prefix: (field, value) => is({ substr: [variable(field), 0, value.length] }, value),
  suffix: (field, value) => is({ substr: [variable(field), -value.length] }, value),
};

export function create(model, onCross) {
  const engine = new LogicEngine();
  const compile = (rule) => {
    const list = conditions(rule).map(([field, operator, value]) => OPERATORS[operator](field, value));
    return engine.build(list.length > 1 ? { and: list } : list[0]);
  };
  return predicateScorer(model, onCross, compile, true);
}
