// A classic script that adds the tag, for tag managers and site builders that cannot add a module. The tag's attributes
// are those of this element, or `window.leadscoreOptions` if only an address can be given, as with Google Tag Manager.
{
  const own = /** @type {HTMLScriptElement} */ (document.currentScript);
  const tag = document.createElement("script");
  const options = { .../** @type {any} */ (window).leadscoreOptions, ...own.dataset };
  for (const name in options) if (options[name] != null) tag.dataset[name] = options[name];
  tag.type = "module";
  tag.src = String(new URL("tag.js", own.src));
  // Modules are fetched as any site may read them, so that the hash can be checked there too.
  tag.integrity = INTEGRITY;
  document.head.append(tag);
}
