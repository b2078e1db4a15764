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
    /// Records a click on a link or a marked element: with the main button or the keyboard, on links with the middle button
    /// too.
    pub(super) fn clicked(&mut self, event: &Event) {
        let button = self.host.number(event, "button");
        let link = self.host.around(event, "a[*|href],area[href]");
        if button > 1.0 || (button == 1.0 && link.is_none()) {
            return;
        }
        if let Some(link) = link {
            let is_download = self.host.around(event, "[download]").is_some();
            self.followed(&link, is_download);
        }
        if let Some(element) = self.host.around(event, MARKED).filter(|_| !self.host.is_echo(event)) {
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

    fn followed(&mut self, link: &Element, is_download: bool) {
        let href = self.host.link(link).into_bytes();
        let (scheme, _) = cut(&href, b':');
        // A `data:` address contains the file itself, which may be large or private.
        let href = if scheme == b"data" { scheme } else { &href };
        let url = Url::parse(href);
        let host = url.host().unwrap_or_default();
        let own = self.host.attribute(link, "download");
        let name = if own.is_empty() { url.path.unwrap_or_default() } else { own.as_bytes() };
        let last = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        let dot = last.iter().rposition(|byte| *byte == b'.').unwrap_or(last.len());
        let extension = last.get(dot.saturating_add(1)..).unwrap_or_default().to_ascii_lowercase();
        let is_file = is_download || FILES.split(|byte| *byte == b',').any(|own| own == extension);
        let outbound = !host.is_empty() && Url::parse(&self.view.url).host().as_ref() != Some(&host);
        if !(is_file || outbound || matches!(scheme, b"mailto" | b"tel")) {
            return;
        }
        let mut props = props();
        props.name("link_url").text(href);
        props.name("link_domain").text(&host);
        for (name, property) in [("link_id", "id"), ("link_classes", "className"), ("link_text", "textContent")] {
            props.name(name).text(self.host.text(link, property).as_bytes());
        }
        if is_file {
            props.name("file_name").text(name);
            props.name("file_extension").text(&extension);
        }
        props.name("outbound").bool(outbound);
        self.did(if is_file { "file_download" } else { "click" }, props);
    }
}
