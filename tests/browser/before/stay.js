// Links and forms are used without leaving the page. (Fields of a form may shadow the form's own `closest`.)
const { closest } = Element.prototype;
addEventListener("click", (event) => closest.call(event.target, "a, area") && event.preventDefault());
addEventListener("submit", (event) => event.preventDefault());
