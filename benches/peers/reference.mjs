// A slow and simple scorer. The results of all others are compared with it.
import { predicateScorer } from "./host.mjs";
import { conditions } from "./workload.mjs";

const OPERATORS = {
  "==": (a, b) => a === b,
  ">=": (a, b) => a >= b,
  in: (a, b) => b.includes(a),
  prefix: (a, b) => a.startsWith(b),
  suffix: (a, b) => a.endsWith(b),
  contains: (a, b) => a.includes(b),
};

export function reference(model, onCross) {
  const compile = (rule) => {
    const list = conditions(rule);
    return (facts) => list.every(([field, operator, value]) => OPERATORS[operator](facts[field], value));
  };
  return predicateScorer(model, onCross, compile, false);
}
