// Reads files of events.

/** Bytes of a file of events: some hundred thousand lines, which a phone can hold. */
const LARGEST = 20 * 1024 * 1024;

const megabytes = (bytes) => `${Math.round(bytes / 1024 / 1024)} MB`;

/**
 * Lets the visitor choose a file by a field, or drop it on a part of the page. Calls `onFile` with the file, and with
 * the reason if it is refused.
 */
export function offerFile(field, target, onFile) {
  const offer = (file) => {
    if (!file) return;
    const isTooLarge = file.size > LARGEST;
    const refusal =
      `${file.name} has ${megabytes(file.size)}; the playground reads up to ${megabytes(LARGEST)}. ` +
      "Reduce it to a few visitors, or use `leadscore replay`. The journey is unchanged.";
    onFile(file, isTooLarge ? refusal : undefined);
  };
  field.addEventListener("change", () => {
    offer(field.files[0]);
    // So that the same file, corrected, can be chosen again.
    field.value = "";
  });
  target.addEventListener("dragover", (event) => {
    event.preventDefault();
    target.dataset.drop = "";
  });
  target.addEventListener("dragleave", () => delete target.dataset.drop);
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    delete target.dataset.drop;
    offer(event.dataTransfer.files[0]);
  });
}
