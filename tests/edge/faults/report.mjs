// Prints the counts of a run with faults. The exit status is 1 if there was a failure.
import { line, title } from "../../../benches/edge/lib/table.mjs";

export function report(name, { sent, rows, seen, failures }) {
  title(name);
  line("sent until accepted", String(sent));
  line("rows", String(rows));
  for (const [what, times] of Object.entries(seen).sort()) line(what, String(times));
  for (const [what, times] of Object.entries(failures)) line(what, String(times), times === 0 ? "ok" : "FAILED");
  if (Object.values(failures).some((times) => times > 0) || rows === 0) process.exitCode = 1;
}
