//! Forms: which one was begun and which one was sent. Never what stands in it.

use web_sys::{Element, Event};

use super::deed::props;
use super::tracker::Tracker;

impl Tracker {
    /// Something was entered: the first time in a page view, its form is begun.
    pub(super) fn entered(&mut self, event: &Event) {
        let Some(form) = self.host.form(event) else { return };
        // In a form that was begun nothing is recorded, so a search that is typed there goes on waiting for its end.
        if self.forms.contains(&form) && self.arrival.as_ref().is_none_or(|arrival| !arrival.is_view) {
            return;
        }
        self.arrive();
        if !self.forms.contains(&form) {
            self.form("form_start", &form, None);
            self.forms.push(form);
        }
    }

    /// Records that a form was sent, at the time `at` from the address `url`: the page may show another one by now.
    pub(super) fn sent(&mut self, form: &Element, submitter: Option<&Element>, url: String, at: u64) {
        if self.arrival.as_ref().is_some_and(|arrival| arrival.at <= at) {
            self.arrive();
        }
        let now = std::mem::replace(&mut self.view.url, url.into_bytes());
        self.moment = at;
        self.form("form_submit", form, submitter);
        self.marked(form);
        self.moment = 0;
        self.view.url = now;
    }

    fn form(&mut self, kind: &str, form: &Element, submitter: Option<&Element>) {
        let mut props = props();
        // A button's `formaction` overrides the form's address.
        let own = submitter.filter(|button| !self.host.attribute(button, "formaction").is_empty());
        let (sender, name) = own.map_or((form, "action"), |button| (button, "formAction"));
        for (name, value) in [
            ("form_id", self.host.attribute(form, "id")),
            ("form_name", self.host.attribute(form, "name")),
            ("form_destination", self.host.text(sender, name)),
        ] {
            if !value.is_empty() {
                props.name(name).text(value.as_bytes());
            }
        }
        self.did(kind, props);
    }
}
