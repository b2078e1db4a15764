// Sets the referrer: referrer?https://search.example/
const referrer = document.currentScript.src.split("?")[1];
Object.defineProperty(Document.prototype, "referrer", { get: () => referrer });
