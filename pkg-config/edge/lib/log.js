// What went wrong, for whoever runs the worker. The message only, and in it no address of a page, server or person.
export function fault(where, error) {
  const message = String(error?.message ?? error).replace(/\S+:\/\/\S+|\S+@\S+/g, "…");
  console.error(`leadscore: ${where}: ${message}`);
}
