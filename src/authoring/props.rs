//! The props of the events that the tag sends: names, and values that they can have.

use super::json::{Json, decimal, number_text};
use super::report::{Notes, Path, either, quote};

/// The kind of value of a prop.
#[derive(Clone, Copy, PartialEq)]
enum Holds {
    Text,
    Flag,
    /// A number.
    Number,
    /// One of these numbers.
    Of(&'static [f64]),
}

/// Props that belong together, each with its kind of value.
type Group = &'static [(&'static str, Holds)];

const PERCENT_SCROLLED: Holds = Holds::Of(&[25.0, 50.0, 75.0, 90.0]);
const VIDEO_PERCENT: Holds = Holds::Of(&[0.0, 10.0, 25.0, 50.0, 75.0, 100.0]);

const VIEW: Group = &[("page_location", Holds::Text), ("page_referrer", Holds::Text), ("page_title", Holds::Text)];
const ENGAGEMENT: Group = &[
    ("engaged_seconds", Holds::Number),
    ("session_engaged_seconds", Holds::Number),
    ("total_engaged_seconds", Holds::Number),
];
const LINK: Group = &[
    ("link_url", Holds::Text),
    ("link_domain", Holds::Text),
    ("link_id", Holds::Text),
    ("link_classes", Holds::Text),
    ("link_text", Holds::Text),
    ("outbound", Holds::Flag),
];
const FILE: Group = &[("file_name", Holds::Text), ("file_extension", Holds::Text)];
const FORM: Group = &[
    ("form_id", Holds::Text),
    ("form_name", Holds::Text),
    ("form_destination", Holds::Text),
    ("form_provider", Holds::Text),
];
const VIDEO: Group = &[
    ("video_title", Holds::Text),
    ("video_url", Holds::Text),
    ("video_provider", Holds::Text),
    ("video_duration", Holds::Number),
    ("video_current_time", Holds::Number),
    ("video_percent", VIDEO_PERCENT),
];
const SCROLL: Group = &[("percent_scrolled", PERCENT_SCROLLED)];
const SEARCH: Group = &[("search_term", Holds::Text)];
const SESSION: Group = &[
    ("session_number", Holds::Number),
    ("channel", Holds::Text),
    ("referrer_host", Holds::Text),
    ("utm_source", Holds::Text),
    ("utm_medium", Holds::Text),
    ("utm_campaign", Holds::Text),
    ("utm_term", Holds::Text),
    ("utm_content", Holds::Text),
];

/// The props of each type; of a type that is not here, anything may be.
const EVENTS: [(&str, &[Group]); 13] = [
    ("page_view", &[VIEW]),
    ("user_engagement", &[ENGAGEMENT]),
    ("scroll", &[SCROLL]),
    ("click", &[LINK]),
    ("file_download", &[FILE, LINK]),
    ("form_start", &[FORM]),
    ("form_submit", &[FORM]),
    ("view_search_results", &[SEARCH]),
    ("video_start", &[VIDEO]),
    ("video_progress", &[VIDEO]),
    ("video_complete", &[VIDEO]),
    ("session_start", &[SESSION]),
    ("first_visit", &[SESSION]),
];

/// Other words for props. Only those of the rule's events are offered.
const OTHER_NAMES: [(&str, &str); 33] = [
    ("url", "url.path"),
    ("path", "url.path"),
    ("page", "url.path"),
    ("page_path", "url.path"),
    ("title", "page_title"),
    ("referrer", "page_referrer"),
    ("seconds", "engaged_seconds"),
    ("duration", "engaged_seconds"),
    ("time", "engaged_seconds"),
    ("time_on_page", "engaged_seconds"),
    ("engagement_time_msec", "engaged_seconds"),
    ("depth", "percent_scrolled"),
    ("scroll_depth", "percent_scrolled"),
    ("scrolled", "percent_scrolled"),
    ("percent", "percent_scrolled"),
    ("percent", "video_percent"),
    ("progress", "video_percent"),
    ("id", "form_id"),
    ("name", "form_name"),
    ("provider", "form_provider"),
    ("title", "video_title"),
    ("query", "search_term"),
    ("q", "search_term"),
    ("term", "search_term"),
    ("keyword", "search_term"),
    ("file", "file_name"),
    ("filename", "file_name"),
    ("extension", "file_extension"),
    ("href", "link_url"),
    ("domain", "link_domain"),
    ("medium", "utm_medium"),
    ("source", "utm_source"),
    ("campaign", "utm_campaign"),
];

/// The props that events of some types may have.
pub(super) struct Known {
    types: Vec<String>,
    props: Vec<(&'static str, Holds)>,
}

impl Known {
    /// The known props of all these types; `None` if anything may be in one of them.
    pub(super) fn of(types: &[String]) -> Option<Self> {
        let mut props = Vec::new();
        for kind in types {
            let (_, own) = EVENTS.iter().find(|(name, _)| name == kind)?;
            props.extend(own.iter().copied().flatten());
        }
        (!types.is_empty()).then(|| Self { types: types.to_vec(), props })
    }

    fn holds(&self, name: &str) -> Option<Holds> {
        self.props.iter().find(|(own, _)| *own == name).map(|(_, holds)| *holds)
    }

    /// The prop or part of the URL that a name most probably stands for, if it is none itself. A name that resembles
    /// nothing may be the site's own.
    pub(super) fn meant(&self, name: &str, notes: &mut Notes) -> Option<&'static str> {
        if self.holds(name).is_some() || name.starts_with("url.") {
            return None;
        }
        let plain = |name: &str| name.replace(['_', '-', ' ', '.'], "").to_lowercase();
        let bare = plain(name);
        if let Some((own, _)) = self.props.iter().find(|(own, _)| plain(own) == bare) {
            return Some(own);
        }
        let other = OTHER_NAMES.iter().filter(|(other, _)| plain(other) == bare);
        let other = other.map(|(_, own)| *own).find(|own| *own == "url.path" || self.holds(own).is_some());
        // A name that only begins as another does may be one of the site's own; an abbreviated word is not.
        other.or_else(|| {
            let nearest = notes.nearest(name, self.props.iter().map(|(own, _)| *own))?;
            let apart = strsim::osa_distance(&bare, &plain(nearest));
            let same_words = is_abbreviated(name, nearest);
            (same_words || apart.saturating_mul(4) <= bare.len()).then_some(nearest)
        })
    }

    /// Warns of the name of a prop that these events do not have.
    pub(super) fn check_name(&self, name: &str, path: &Path<'_>, notes: &mut Notes) {
        if let Some(meant) = self.meant(name, notes) {
            let types: Vec<&str> = self.types.iter().map(String::as_str).collect();
            let types = either(&types);
            let message = format!("the tag sends no {} with {types}; did you mean `{meant}`?", quote(name));
            notes.warn(path, message);
        }
    }

    /// Warns of a value that a prop never equals.
    pub(super) fn check_equal(&self, name: &str, value: &Json, path: &Path<'_>, notes: &mut Notes) {
        let (expected, never) = match (self.holds(name), value) {
            (None, _) | (_, Json::Null) => return,
            (Some(Holds::Text), json) => ("a string", !matches!(json, Json::Text(_))),
            (Some(Holds::Flag), json) => ("`true` or `false`", !matches!(json, Json::Bool(_))),
            (Some(Holds::Number | Holds::Of(_)), json) => ("a number", !matches!(json, Json::Number(_))),
        };
        if never {
            let found = value.describe();
            let number = if let Json::Text(text) = value { decimal(text) } else { None };
            let hint = match number.filter(|_| expected == "a number") {
                Some(number) => format!("; did you mean `{{ \"$gte\": {} }}`?", number_text(number)),
                None => String::new(),
            };
            notes.warn(path, format!("{} is {expected}, so it never equals {found}{hint}", quote(name)));
            return;
        }
        if let (Some(Holds::Of(values)), Json::Number(number)) = (self.holds(name), value)
            && !values.contains(number)
        {
            let values = list(values);
            let number = number_text(*number);
            notes.warn(
                path,
                format!("{} is {values}, never `{number}`; `$gte` matches all values from a number on", quote(name)),
            );
        }
    }

    /// Warns of a bound that a prop never reaches.
    pub(super) fn check_bound(&self, name: &str, operator: &str, bound: f64, path: &Path<'_>, notes: &mut Notes) {
        let Some(Holds::Of(values)) = self.holds(name) else { return };
        let holds = |value: &&f64| match operator {
            "$gt" => **value > bound,
            "$gte" => **value >= bound,
            "$lt" => **value < bound,
            _ => **value <= bound,
        };
        if values.iter().find(holds).is_none() {
            notes.warn(path, format!("{} is {}, so this never holds", quote(name), list(values)));
        }
    }
}

fn list(values: &[f64]) -> String {
    let texts: Vec<String> = values.iter().map(|value| number_text(*value)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    either(&texts)
}

/// Returns true if each word of a name is the beginning of the other's, or the other way round: `engaged_secs`.
fn is_abbreviated(name: &str, other: &str) -> bool {
    let words = |text: &str| text.split(['_', '-', ' ']).map(str::to_lowercase).collect::<Vec<_>>();
    let (ours, theirs) = (words(name), words(other));
    let same = |(one, two): (&String, &String)| {
        let shared = one.chars().zip(two.chars()).take_while(|(a, b)| a == b).count();
        one == two || shared >= 3
    };
    ours.len() == theirs.len() && ours.iter().zip(&theirs).all(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The guide's table of what the tag collects, row by row.
    fn rows() -> Vec<Vec<String>> {
        let guide = include_str!("../../www/docs/pages/website-owner.md");
        let table = guide.split("## Events recorded automatically").nth(1).unwrap().split("\n## ").next().unwrap();
        let lines = table.lines().filter(|line| line.starts_with("| `"));
        lines.map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn the_guide_lists_the_same_props() {
        let rows = rows();
        for (kind, groups) in EVENTS {
            let props = groups.concat();
            let at = rows.iter().position(|row| row[1].contains(&format!("`{kind}`"))).expect(kind);
            let mut text = rows[at][3].clone();
            if text.contains("the same") {
                text.push_str(&rows[at - 1][3]);
            }
            for (prop, _) in &props {
                // It comes from embedded forms, which the guide has in a page of their own.
                assert!(text.contains(&format!("`{prop}`")) || *prop == "form_provider", "{kind}: {prop}");
            }
            for prop in text.split('`').skip(1).step_by(2).filter(|prop| prop.contains('_')) {
                assert!(props.iter().any(|(own, _)| own == &prop), "{kind}: {prop}");
            }
        }
    }

    #[test]
    fn names_that_are_almost_props() {
        for (kind, name, meant) in [
            ("form_submit", "formid", Some("form_id")),
            ("form_submit", "formId", Some("form_id")),
            ("form_submit", "form_id", None),
            ("form_submit", "plan", None),
            ("form_submit", "company", None),
            ("user_engagement", "engaged_secs", Some("engaged_seconds")),
            ("user_engagement", "time_on_page", Some("engaged_seconds")),
            ("page_view", "url", Some("url.path")),
            ("page_view", "url.path", None),
            ("scroll", "depth", Some("percent_scrolled")),
            ("video_progress", "percent", Some("video_percent")),
            ("session_start", "source", Some("utm_source")),
        ] {
            let known = Known::of(&[kind.to_owned()]).unwrap();
            assert_eq!(known.meant(name, &mut Notes::new()), meant, "{kind} {name}");
        }
        assert!(Known::of(&["page_view".to_owned(), "own".to_owned()]).is_none());
    }
}
