// The worker's log of failures. Only the message, without any address of a page, server or person.
export function fault(where, error) {
  const message = String(error?.message ?? error).replace(/\S+:\/\/\S+|\S+@\S+/g, "…");
  console.error(`leadscore: ${where}: ${message}`);
}
