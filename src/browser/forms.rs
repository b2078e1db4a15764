//! Forms: which one was begun and which one was sent. Never what stands in it.

use web_sys::{Element, Event};

use super::deed::props;
use super::tracker::Tracker;

impl Tracker {
    /// Something was entered: the first time in a page view, its form is begun.
    pub(super) fn entered(&mut self, event: &Event) {
        if let Some(form) = self.host.around(event, "form").filter(|form| !self.forms.contains(form)) {
            self.form("form_start", &form);
            self.forms.push(form);
        }
    }

    /// A form was sent.
    pub(super) fn submitted(&mut self, event: &Event) {
        if let Some(form) = self.host.around(event, "form") {
            self.form("form_submit", &form);
            self.marked(&form);
        }
    }

    fn form(&mut self, kind: &str, form: &Element) {
        let mut props = props();
        for (name, value) in [
            ("form_id", self.host.attribute(form, "id")),
            ("form_name", self.host.attribute(form, "name")),
            ("form_destination", self.host.text(form, "action")),
        ] {
            if !value.is_empty() {
                props.name(name).text(value.as_bytes());
            }
        }
        self.did(kind, props);
    }
}
