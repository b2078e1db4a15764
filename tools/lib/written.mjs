// Parses the output of a step's programs: the tests that they ran, and the time that they took.

/** Returns how many tests the runners of node and cargo say that they ran. */
export function countTests(text) {
  let count = 0;
  for (const [, passed] of text.matchAll(/^(?:ℹ|#) pass (\d+)$/gm)) count += Number(passed);
  for (const [, passed] of text.matchAll(/^test result: ok\. (\d+) passed/gm)) count += Number(passed);
  return count;
}

/** Returns how many tests have passed so far, from what node's reporter and cargo write before they end. */
export function testsSoFar(text) {
  const indents = [...text.matchAll(/^( *)✔ /gm)].map(([, indent]) => indent.length);
  // After its tests, a suite has such a line too, further to the left.
  const ofNode = indents.filter((indent, at) => !(indent < indents[at - 1]));
  return ofNode.length + (text.match(/^test .* \.\.\. ok$/gm)?.length ?? 0);
}

/**
 * Returns the CPU time, in milliseconds, of the children of a shell, from what its `times` writes; 0 where there is
 * none.
 */
export function cpuTime(times) {
  // The shell's own are in the first line; in each, user and system.
  const spent = [...(times.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.,]+)s/g)];
  return spent.reduce(
    (sum, [, minutes, seconds]) => sum + (Number(minutes) * 60 + Number(seconds.replace(",", "."))) * 1000,
    0,
  );
}

/** Returns the time in milliseconds of each test file, from what cargo and tests/lib/reporter.mjs write. */
export function slowFiles(text) {
  const ofNode = [...text.matchAll(/^ℹ file (\d+) ms (.+)$/gm)].map(([, time, file]) => ({ file, time: Number(time) }));
  // The names come by one stream, the results by the other, both in the same order.
  const names = [...text.matchAll(/^\s+(?:Running (?:unittests )?(\S+) \(|(Doc-tests) )/gm)];
  const results = [...text.matchAll(/^test result: .* finished in ([\d.]+)s$/gm)];
  const ofCargo = results.map(([, seconds], index) => {
    const [, file, docs] = names[Math.min(index, names.length - 1)] ?? [];
    return { file: file ?? docs ?? "?", time: Number(seconds) * 1000 };
  });
  return [...ofNode, ...ofCargo];
}
