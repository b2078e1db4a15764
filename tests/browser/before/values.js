// Counts reads of values that were typed into the page.
window.valuesRead = 0;
const counting = (object, name) => {
  const { get, set } = Object.getOwnPropertyDescriptor(object, name);
  const read = function () {
    window.valuesRead += 1;
    return get.call(this);
  };
  Object.defineProperty(object, name, { get: read, set, configurable: true });
};
for (const { prototype } of [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement]) counting(prototype, "value");
window.FormData = class extends FormData {
  constructor(...args) {
    super(...args);
    window.valuesRead += 1;
  }
};
