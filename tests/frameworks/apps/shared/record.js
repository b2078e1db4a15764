// Records the tracker's notifications and the page's errors; the next page continues the list.
window.told = JSON.parse(sessionStorage.getItem("told") ?? "[]");
window.complaints = [];
window.addEventListener("leadscore:event", ({ detail: { type, url, props = {} } }) => {
  const { pathname, search } = new URL(url);
  const of = { page_view: props.page_title, view_search_results: props.search_term, form_submit: props.form_id };
  if (type in of) window.told.push(`${type} ${pathname}${decodeURIComponent(search.replaceAll("+", " "))} ${of[type]}`);
  sessionStorage.setItem("told", JSON.stringify(window.told));
});
for (const level of ["warn", "error"]) {
  const tell = console[level];
  console[level] = (...args) => {
    window.complaints.push(args.map(String).join(" "));
    tell.apply(console, args);
  };
}
window.addEventListener("error", (event) => event.message && window.complaints.push(event.message));
window.addEventListener("unhandledrejection", ({ reason }) => window.complaints.push(String(reason)));
