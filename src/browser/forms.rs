//! Forms: which one was begun and which one was sent. Never what stands in it.

use web_sys::{Element, Event};

use super::deed::props;
use super::dom::around;
use super::tracker::Tracker;

impl Tracker {
    /// Something was entered: the first time in a page view, its form is begun.
    pub(super) fn entered(&mut self, event: &Event) {
        if let Some(form) = around(event, "form").filter(|form| !self.forms.contains(form)) {
            self.form("form_start", &form);
            self.forms.push(form);
        }
    }

    /// A form was sent.
    pub(super) fn submitted(&mut self, event: &Event) {
        if let Some(form) = around(event, "form") {
            self.form("form_submit", &form);
            self.marked(&form);
        }
    }

    /// Attributes are read as such: a field named `id` or `action` would hide the form's own property.
    fn form(&mut self, kind: &str, form: &Element) {
        let mut props = props();
        for (name, attribute) in [("form_id", "id"), ("form_name", "name"), ("form_destination", "action")] {
            if let Some(value) = form.get_attribute(attribute) {
                props.name(name).text(value.as_bytes());
            }
        }
        self.did(kind, props);
    }
}
