// The page's form and its confirmation. This site has no recipient, so the input stays in the page.
const form = document.querySelector("main form");
const thanks = document.getElementById(`${form.id}-thanks`);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.hidden = true;
  thanks.hidden = false;
  thanks.focus();
});

document.getElementById(`${form.id}-again`).addEventListener("click", () => {
  form.reset();
  form.hidden = false;
  thanks.hidden = true;
  form.querySelector("input").focus();
});
