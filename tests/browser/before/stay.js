// Links and forms are used, but the page stays. (Fields of a form may hide the form's own `closest`.)
const { closest } = Element.prototype;
addEventListener("click", (event) => closest.call(event.target, "a, area") && event.preventDefault());
addEventListener("submit", (event) => event.preventDefault());
