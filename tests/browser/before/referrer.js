// Where the visitor says to come from: referrer?https://search.example/
const referrer = document.currentScript.src.split("?")[1];
Object.defineProperty(Document.prototype, "referrer", { get: () => referrer });
