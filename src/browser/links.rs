//! Clicks: links that lead away, downloads, mail and telephone; and whatever the site has marked up.

use web_sys::{Element, Event};

use super::deed::props;
use super::tracker::Tracker;
use crate::url::{Url, cut};

/// What the site marks an element with: the name of an event, and its props.
const MARK: &str = "data-lead-";
const EVENT: &str = "data-lead-event";
/// A form's mark is for when it is sent.
const MARKED: &str = "[data-lead-event]:not(form)";

/// Files, by how a path ends: Google Analytics' list.
const FILES: &[u8] = b"pdf,xls,xlsx,doc,docx,txt,rtf,csv,exe,key,pps,ppt,pptx,7z,pkg,rar,gz,zip,avi,mov,mp4,mpe,mpeg,wmv,mid,midi,mp3,wav,wma";

impl Tracker {
    /// A click, on whatever around it means something.
    pub(super) fn clicked(&mut self, event: &Event) {
        if let Some(link) = self.host.around(event, "a[*|href],area[href]") {
            self.followed(&link);
        }
        if let Some(element) = self.host.around(event, MARKED) {
            self.marked(&element);
        }
    }

    /// What the site has marked an element with, happens.
    pub(super) fn marked(&mut self, element: &Element) {
        let kind = self.host.attribute(element, EVENT);
        if kind.is_empty() {
            return;
        }
        let mut props = props();
        for name in self.host.attributes(element).split(' ') {
            if let Some(own) = name.strip_prefix(MARK).filter(|_| name != EVENT) {
                let own: Vec<u8> = own.bytes().map(|byte| if byte == b'-' { b'_' } else { byte }).collect();
                props.id(&own).text(self.host.attribute(element, name).as_bytes());
            }
        }
        self.did(&kind, props);
    }

    fn followed(&mut self, link: &Element) {
        let href = self.host.link(link).into_bytes();
        let url = Url::parse(&href);
        let host = url.host().unwrap_or_default();
        let path = url.path.unwrap_or_default();
        let extension = path.rsplit(|byte| matches!(byte, b'.' | b'/')).next().unwrap_or_default().to_ascii_lowercase();
        let named = path.len() > extension.len()
            && path.get(path.len().wrapping_sub(extension.len()).wrapping_sub(1)) == Some(&b'.');
        let is_file = named && FILES.split(|byte| *byte == b',').any(|own| own == extension);
        let outbound = !host.is_empty() && Url::parse(&self.view.url).host().as_ref() != Some(&host);
        let (scheme, _) = cut(&href, b':');
        if !(is_file || outbound || matches!(scheme, b"mailto" | b"tel")) {
            return;
        }
        let mut props = props();
        props.name("link_url").text(&href);
        props.name("link_domain").text(&host);
        for (name, property) in [("link_id", "id"), ("link_classes", "className"), ("link_text", "textContent")] {
            props.name(name).text(self.host.text(link, property).as_bytes());
        }
        if is_file {
            props.name("file_name").text(path);
            props.name("file_extension").text(&extension);
        }
        props.name("outbound").bool(outbound);
        self.did(if is_file { "file_download" } else { "click" }, props);
    }
}
