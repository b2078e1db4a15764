// The worker's log of failures. Only the message is logged, without addresses of pages, servers or people.
/**
 * @param {string} where
 * @param {any} error
 */
export function fault(where, error) {
  const message = String(error?.message ?? error).replace(/\S+:\/\/\S+|\S+@\S+/g, "…");
  console.error(`leadscore: ${where}: ${message}`);
}
