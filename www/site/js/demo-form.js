// The demo request form. This site has nobody to give a demo, so what is typed stays in the page.
const form = document.querySelector("#demo");
const thanks = document.querySelector("#demo-thanks");

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.hidden = true;
  thanks.hidden = false;
  thanks.focus();
});

document.querySelector("#demo-again").addEventListener("click", () => {
  form.reset();
  form.hidden = false;
  thanks.hidden = true;
  form.querySelector("input").focus();
});
