// The guide's pages, in the order in which they are read.

/**
 * Each page: `slug` is its address below /guide; `source` is Markdown below www/docs/pages unless it says where else.
 */
export const GROUPS = [
  {
    title: "Start",
    pages: [
      { slug: "", title: "Which way in", source: "index.md" },
      { slug: "website-owner", title: "A website with a tag", source: "website-owner.md" },
      { slug: "front-end", title: "Front end with npm", source: "front-end.md" },
      { slug: "frameworks", title: "Frameworks", source: "frameworks.md" },
      { slug: "edge", title: "An edge worker", source: "edge.md" },
      { slug: "name", title: "From a signal to a name", source: "name.md" },
      { slug: "integrations", title: "Tag managers, tools, flags", source: "integrations.md" },
    ],
  },
  {
    title: "Design",
    pages: [
      { slug: "scoring-model", title: "Design a scoring model", source: "scoring-model.md" },
      { slug: "prove", title: "Prove your model", source: "prove.md" },
      { slug: "scale", title: "Millions of visitors", source: "scale.md" },
    ],
  },
  {
    title: "Before you go live",
    pages: [
      { slug: "privacy", title: "Privacy and consent", source: "privacy.md" },
      { slug: "trust", title: "What to trust a score for", source: "trust.md" },
      { slug: "csp", title: "Content security policy", source: "csp.md" },
      { slug: "troubleshooting", title: "Troubleshooting", source: "troubleshooting.md", generated: "errors" },
    ],
  },
  {
    title: "Reference",
    pages: [
      { slug: "model", title: "The model, field by field", source: "model.md", generated: "schema" },
      { slug: "edge-details", title: "The edge in detail", source: "edge.md", from: "docs" },
      { slug: "api", title: "leadscore", source: "api.md", generated: "index.d.ts" },
      { slug: "api-browser", title: "leadscore/browser", source: "api-browser.md", generated: "browser.d.ts" },
      { slug: "api-edge", title: "leadscore/edge", source: "api-edge.md", generated: "edge.d.ts" },
      { slug: "api-compile", title: "leadscore/compile", source: "api-compile.md", generated: "compile.d.ts" },
      { slug: "api-inspector", title: "leadscore/inspector", source: "api-inspector.md", generated: "inspector.d.ts" },
      { slug: "api-why", title: "leadscore/why", source: "api-why.md", generated: "why.d.ts" },
      { slug: "api-flags", title: "leadscore/flags", source: "api-flags.md", generated: "flags.d.ts" },
      { slug: "api-plugins", title: "leadscore/plugins", source: "api-plugins.md", generated: "plugins.d.ts" },
    ],
  },
];

export const PAGES = GROUPS.flatMap(({ pages }) => pages);

export const addressOf = (slug) => (slug === "" ? "/guide" : `/guide/${slug}`);
