//! Clicks: links that lead away, downloads, mail and telephone; and whatever the site has marked up.

use web_sys::{Element, Event, Url};

use super::deed::props;
use super::dom;
use super::tracker::Tracker;
use crate::json::Writer;

/// What the site marks an element with: the name of an event, and its props.
const MARK: &str = "data-lead-";
const EVENT: &str = "data-lead-event";

/// Files, by how a path ends; Google Analytics' list.
const FILES: &str = "pdf,xls,xlsx,doc,docx,txt,rtf,csv,exe,key,pps,ppt,pptx,7z,pkg,rar,gz,zip,avi,mov,mp4,mpe,mpeg,wmv,mid,midi,mp3,wav,wma";

impl Tracker {
    /// A click, on whatever of its path means something.
    pub(super) fn clicked(&mut self, event: &Event) {
        let (mut link, mut mark) = (true, true);
        for element in dom::path(event) {
            if link && let Some(href) = element.get_attribute("href") {
                link = false;
                self.followed(&element, &href);
            }
            // A form's mark is for when it is sent.
            if mark && element.local_name() != "form" && element.has_attribute(EVENT) {
                mark = false;
                self.marked(&element);
            }
        }
    }

    /// What the site has marked an element with, happens.
    pub(super) fn marked(&mut self, element: &Element) {
        let Some(kind) = element.get_attribute(EVENT) else { return };
        let mut props = props();
        for name in element.get_attribute_names().iter().filter_map(|name| name.as_string()) {
            if let Some(own) = name.strip_prefix(MARK).filter(|_| name != EVENT) {
                let value = element.get_attribute(&name).unwrap_or_default();
                props.name(&own.replace('-', "_")).text(value.as_bytes());
            }
        }
        self.did(&kind, props);
    }

    fn followed(&mut self, link: &Element, href: &str) {
        let Ok(url) = Url::new_with_base(href, &self.view.url) else { return };
        let host = url.host();
        let path = url.pathname();
        let file = path.rsplit('/').next().unwrap_or_default();
        let extension = file.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
        let is_web = url.protocol().starts_with("http");
        let is_file = is_web && FILES.split(',').any(|own| own == extension);
        let outbound = is_web && Some(host.as_bytes()) != self.host().as_deref();
        if !(is_file || outbound || matches!(url.protocol().as_str(), "mailto:" | "tel:")) {
            return;
        }
        let mut props = props();
        for (name, value) in [
            ("link_url", url.href()),
            ("link_domain", host),
            ("link_id", link.id()),
            ("link_classes", link.class_name()),
            ("link_text", link.text_content().unwrap_or_default()),
        ] {
            text(&mut props, name, &value);
        }
        if is_file {
            text(&mut props, "file_name", &path);
            text(&mut props, "file_extension", &extension);
        }
        props.name("outbound").bool(outbound);
        self.did(if is_file { "file_download" } else { "click" }, props);
    }

    /// The page's own host.
    fn host(&self) -> Option<Vec<u8>> {
        crate::url::Url::parse(self.view.url.as_bytes()).host().map(|host| host.into_owned())
    }
}

fn text(props: &mut Writer, name: &str, value: &str) {
    props.name(name).text(value.as_bytes());
}
