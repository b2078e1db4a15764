//! The page that contains a report.

use super::text::{code, count, day, duration, escape, maybe, number, percent};
use crate::outcomes::report::{Condition, Data, ModelName, Rows};

const STYLE: &str = include_str!("style.css");
/// Definitions of the figures, one a line: a term, a colon and its definition. The guide contains the same lines.
const FIGURES: &str = include_str!("figures.txt");

/// A page under construction.
pub(super) struct Page {
    html: String,
}

impl Page {
    /// Begins a page with its verdict.
    pub(super) fn new(kind: &str, verdict: &str, models: &[&ModelName]) -> Self {
        let names: Vec<String> = models.iter().map(|model| format!("{} {}", model.name, model.version)).collect();
        let title = escape(&format!("{kind}: {}", names.join(" and ")));
        let list: Vec<String> = models
            .iter()
            .map(|model| {
                let (name, file) = (escape(&model.name), code(&model.file));
                format!("<b>{name}</b> version {} ({file})", model.version)
            })
            .collect();
        // The first sentence of a verdict is the result; the others explain it.
        let verdict = verdict.replace(" %", "\u{a0}%");
        let (first, more) = match verdict.split_once(". ") {
            Some((first, more)) => (format!("{first}."), format!("<p class=\"verdict\">{}</p>", escape(more))),
            None => (verdict, String::new()),
        };
        let html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title><style>{STYLE}</style></head>\
             <body><main><header><p class=\"kind\">{}</p><h1>{}</h1>{more}<p class=\"models\">{}</p></header>",
            escape(kind),
            escape(&first),
            list.join(", ")
        );
        Self { html }
    }

    /// Appends HTML.
    pub(super) fn add(&mut self, html: &str) {
        self.html += html;
    }

    /// Appends a section with a heading, a sentence on its content, and a body.
    pub(super) fn section(&mut self, heading: &str, lead: &str, body: &str) {
        let lead = if lead.is_empty() { String::new() } else { format!("<p class=\"lead\">{lead}</p>") };
        self.html += &format!("<section><h2>{}</h2>{lead}{body}</section>", escape(heading));
    }

    /// Appends the key figures as tiles.
    pub(super) fn tiles(&mut self, tiles: &[(&str, String, String)]) {
        self.html += "<div class=\"tiles\">";
        for (label, value, note) in tiles {
            self.html +=
                &format!("<div><span>{}</span><strong>{value}</strong><small>{note}</small></div>", escape(label));
        }
        self.html += "</div>";
    }

    /// Appends the conditions of `--fail-on`.
    pub(super) fn conditions(&mut self, conditions: &[Condition]) {
        if conditions.is_empty() {
            return;
        }
        let mut body = "<ul class=\"plain\">".to_owned();
        for condition in conditions {
            let value = maybe(condition.value, |value| number(value, 4));
            let (class, what) = if condition.failed { ("bad", "Fails") } else { ("good", "Passes") };
            body += &format!("<li><b class=\"{class}\">{what}</b> {}: it is {value}</li>", code(&condition.condition));
        }
        self.section("Conditions", "", &(body + "</ul>"));
    }

    /// Appends the description of the data and of the rows.
    pub(super) fn data(&mut self, data: &Data, rows: Option<&Rows>) {
        let mut list: Vec<(&str, String)> = vec![
            ("Data", format!("{} to {}", escape(&day(data.first.as_deref())), escape(&day(data.end.as_deref())))),
            ("Events", format!("{} of {} visitors", count(data.events), count(data.visitors))),
            ("Won", format!("{} visitors; {} have the outcome lost", count(data.won), count(data.lost))),
        ];
        let odd = [
            (data.skipped, "lines could not be read"),
            (data.unknown_visitors, "outcomes of visitors without an event"),
            (data.won_again, "visitors won more than once; the first counts"),
            (data.won_before_first_event, "visitors won before their first event"),
        ];
        let odd: Vec<String> =
            odd.iter().filter(|(many, _)| *many > 0).map(|(many, what)| format!("{} {what}", count(*many))).collect();
        if !odd.is_empty() {
            list.push(("Odd", odd.join("<br>")));
        }
        if let Some(rows) = rows {
            list.extend(of_rows(rows));
        }
        let mut body = "<dl>".to_owned();
        for (term, what) in list {
            body += &format!("<dt>{term}</dt><dd>{what}</dd>");
        }
        self.section("Data and settings", "", &(body + "</dl>"));
    }

    /// Returns the page, with definitions of the given terms and the limits of all figures.
    pub(super) fn finish(mut self, terms: &[&str]) -> String {
        let mut body = "<dl>".to_owned();
        for (term, what) in FIGURES.lines().filter_map(|line| line.split_once(": ")) {
            if terms.contains(&term) {
                body += &format!("<dt>{}</dt><dd>{}</dd>", escape(term), escape(what));
            }
        }
        self.section("What the figures mean", "", &(body + "</dl>"));
        self.section(
            "Limits of this report",
            "",
            "<p>It tells who would have won anyway, not whom a call or a mail would have won over. Visitors without consent, on \
             other devices and before the first event are not in it. What sales did with earlier scores is in the outcomes. \
             The future may differ from the past: repeat it when the site or the market changes.</p>",
        );
        self.html += "<footer>Made by leadscore. All figures are in the output of <code>--json</code> too.</footer>";
        self.html + "</main></body></html>\n"
    }
}

fn of_rows(rows: &Rows) -> Vec<(&'static str, String)> {
    let every =
        rows.every.map_or_else(String::new, |every| format!(", and every {} while not won", duration(every as f64)));
    let split = match (rows.split.as_str(), &rows.split_at) {
        ("visitors", _) => "30 % of the visitors test, the others train".to_owned(),
        (_, Some(at)) => format!("rows with a known outcome by {} train, later rows test", escape(at)),
        _ => escape(&rows.split),
    };
    let mut list = vec![
        ("Snapshot", format!("{} after a visitor's first event{every}", duration(rows.snapshot as f64))),
        ("Outcome", format!("won within {} after the snapshot", duration(rows.horizon as f64))),
        ("Ignored", format!("the last {} before a win, and everything after it", duration(rows.embargo as f64))),
        ("Split", split),
        (
            "Rows here",
            format!(
                "{} ({}) of {} visitors, {} won ({})",
                count(rows.rows),
                escape(&rows.evaluated),
                count(rows.visitors),
                count(rows.won),
                percent(rows.won_rate)
            ),
        ),
    ];
    let left_out = [
        (rows.between, "fall between train and test"),
        (rows.won_before_snapshot, "had won before the snapshot"),
        (rows.won_within_embargo, "won too soon after the snapshot"),
        (rows.horizon_after_data, "have an outcome that is not known yet"),
    ];
    let left_out: Vec<String> =
        left_out.iter().filter(|(many, _)| *many > 0).map(|(many, why)| format!("{} {why}", count(*many))).collect();
    if !left_out.is_empty() {
        list.push(("Left out", left_out.join("<br>")));
    }
    list
}

/// Returns a chart beside its table.
pub(super) fn beside(chart: &str, table: &str) -> String {
    format!("<div class=\"beside\"><figure>{chart}</figure>{table}</div>")
}

/// Returns the legend of two series.
pub(super) fn legend(names: &[&str]) -> String {
    let mut html = "<p class=\"legend\">".to_owned();
    for (name, class) in names.iter().zip(["one", "two"]) {
        html += &format!("<span><i class=\"{class}\"></i><bdi>{}</bdi></span>", escape(name));
    }
    html + "</p>"
}
