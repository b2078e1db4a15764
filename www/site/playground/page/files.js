// Reads files of events.

/** Bytes of a file of events: some hundred thousand lines, which a phone can hold. */
const LARGEST = 20 * 1024 * 1024;

const megabytes = (bytes) => `${Math.round(bytes / 1024 / 1024)} MB`;

/** A file is chosen by a field, or dropped on a part of the page. `take` gets it, or a reason to refuse it. */
export function offerFile(field, target, take) {
  const offer = (file) => {
    if (!file) return;
    const isTooLarge = file.size > LARGEST;
    const refusal =
      `${file.name} has ${megabytes(file.size)}; the playground reads up to ${megabytes(LARGEST)}. ` +
      "Reduce it to a few visitors, or use `leadscore replay`. The journey is unchanged.";
    take(file, isTooLarge ? refusal : undefined);
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
