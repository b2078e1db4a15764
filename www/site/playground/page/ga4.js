// The types of events that leadscore's tag sends, each with props as it sends them.
export const TYPES = {
  page_view: {},
  user_engagement: { engaged_seconds: 60, session_engaged_seconds: 60 },
  scroll: { percent_scrolled: 90 },
  click: { link_url: "https://partner.example/", outbound: true },
  form_start: { form_id: "demo" },
  form_submit: { form_id: "demo" },
  file_download: { file_name: "/guide.pdf", file_extension: "pdf" },
  view_search_results: { search_term: "pricing" },
  video_start: { video_title: "Tour", video_percent: 0 },
  video_progress: { video_title: "Tour", video_percent: 50 },
  video_complete: { video_title: "Tour", video_percent: 100 },
  session_start: { session_number: 2, channel: "Organic Search" },
  first_visit: {},
  identify: { employees: 250 },
  lifecycle: { stage: "sal" },
};
