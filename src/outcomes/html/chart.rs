//! The charts that several reports share.

use super::page::{beside, legend};
use super::plot::Plot;
use super::table::Table;
use super::text::{amount, count, fixed, maybe, number, percent, tick};
use crate::outcomes::report::{Band, Decile, Psi};

/// Returns a chart of the won rate by score, with its table.
pub(super) fn bands(bands: &[Band], rate: f64) -> String {
    let highest = bands.iter().map(|band| band.high.max(band.rate)).fold(rate, f64::max);
    let mut plot = Plot::new("Won rate by score", highest, "score from", "won", tick);
    let width = 1.0 / bands.len().max(1) as f64;
    // Bands come with the highest first; the chart shows the lowest on the left.
    for (at, band) in bands.iter().rev().enumerate() {
        let left = at as f64 * width;
        let class = if band.falls_beyond_noise { "warn" } else { "one" };
        let title = format!("{} to {}: {} won", number(band.from, 1), number(band.to, 1), percent(band.rate));
        plot.bar(left + width * 0.14, left + width * 0.86, band.rate, class, &title);
        plot.whisker(left + width / 2.0, band.low, band.high);
        plot.label(left + width / 2.0, &number(band.from, 0));
    }
    plot.level(rate, &format!("all: {}", percent(rate)));
    let mut table = Table::new("By score", &["Score", "#Rows", "#Won", "#Rate", "#95 % interval", ""]);
    for band in bands {
        let (class, note) = match (band.falls_beyond_noise, band.falls) {
            (true, _) => ("bad", "falls"),
            (false, true) => ("", "falls, within chance"),
            _ => ("", ""),
        };
        table.marked(
            class,
            &[
                format!("{} to {}", number(band.from, 1), number(band.to, 1)),
                amount(band.rows),
                amount(band.won),
                percent(band.rate),
                format!("{} – {}", percent(band.low), percent(band.high)),
                note.to_owned(),
            ],
        );
    }
    beside(&plot.svg(), &table.html())
}

/// Returns a chart of the share of won rows among the highest scores, for one model or two.
pub(super) fn gains(models: &[(&str, &[Decile])]) -> String {
    let mut plot = Plot::new("Share of the won among the highest scores", 1.0, "of all rows", "of the won", tick);
    plot.line(&[(0.0, 0.0), (1.0, 1.0)], "level");
    let mut columns = vec!["Top".to_owned()];
    for ((name, deciles), class) in models.iter().zip(["one", "two"]) {
        let count = deciles.len().max(1) as f64;
        let share = |decile: &Decile| f64::from(decile.decile) / count;
        let mut points = vec![(0.0, 0.0)];
        points.extend(deciles.iter().map(|decile| (share(decile), decile.capture)));
        plot.line(&points, &format!("line {class}"));
        for decile in *deciles {
            let title = format!("{name}, top {}: {} of the won", percent(share(decile)), percent(decile.capture));
            plot.dot(share(decile), decile.capture, class, &title);
        }
        let of = if models.len() > 1 { format!(", {name}") } else { String::new() };
        columns.extend([
            format!("#Score from{of}"),
            format!("#Won{of}"),
            format!("#Lift{of}"),
            format!("#Captured{of}"),
        ]);
    }
    for step in [0.0, 0.5, 1.0] {
        plot.label(step, &percent(step));
    }
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new("By tenths", &columns);
    let most = models.iter().map(|(_, deciles)| deciles.len()).max().unwrap_or_default();
    for at in 0..most {
        let mut cells = Vec::new();
        for (_, deciles) in models {
            let Some(decile) = deciles.get(at) else { continue };
            if cells.is_empty() {
                cells.push(percent(f64::from(decile.decile) / deciles.len().max(1) as f64));
            }
            cells.extend([number(decile.from, 1), amount(decile.won), fixed(decile.lift, 1), percent(decile.capture)]);
        }
        table.row(&cells);
    }
    let names: Vec<&str> = models.iter().map(|(name, _)| *name).collect();
    let legend = if names.len() > 1 { legend(&names) } else { String::new() };
    beside(&(legend + &plot.svg()), &table.html())
}

/// Returns a chart of the change of a score distribution.
pub(super) fn psi(psi: &Psi, expected: &str, actual: &str) -> String {
    let shares = psi.bins.iter().flat_map(|bin| [bin.expected, bin.actual]);
    let mut plot = Plot::new("Shares by score", shares.fold(0.0, f64::max), "score up to", "of all", tick);
    let width = 1.0 / psi.bins.len().max(1) as f64;
    let mut table = Table::new(
        &format!("PSI {}", maybe(psi.value, |value| fixed(value, 3))),
        &["Score", &format!("#{expected}"), &format!("#{actual}")],
    );
    for (at, bin) in psi.bins.iter().enumerate() {
        let left = at as f64 * width;
        let range = match (bin.above, bin.to) {
            (Some(above), Some(to)) => format!("above {} to {}", number(above, 1), number(to, 1)),
            (None, Some(to)) => format!("up to {}", number(to, 1)),
            (Some(above), None) => format!("above {}", number(above, 1)),
            (None, None) => "all".to_owned(),
        };
        let title = |name: &str, share| format!("{range}, {name}: {}", percent(share));
        plot.bar(left + width * 0.12, left + width * 0.48, bin.expected, "one", &title(expected, bin.expected));
        plot.bar(left + width * 0.52, left + width * 0.88, bin.actual, "two", &title(actual, bin.actual));
        plot.label(left + width / 2.0, &bin.to.map_or_else(|| "more".to_owned(), |to| number(to, 0)));
        table.row(&[range, percent(bin.expected), percent(bin.actual)]);
    }
    beside(&(legend(&[expected, actual]) + &plot.svg()), &table.html())
}

/// Returns a chart with groups of two bars, such as signals a week before and after.
pub(super) fn pairs(
    title: &str,
    y_label: &str,
    groups: &[(&str, Option<f64>, Option<f64>)],
    names: [&str; 2],
) -> String {
    let values = groups.iter().flat_map(|(_, old, new)| [old.unwrap_or_default(), new.unwrap_or_default()]);
    let mut plot = Plot::new(title, values.fold(0.0, f64::max), "", y_label, |value| number(value, 2));
    let width = 1.0 / groups.len().max(1) as f64;
    for (at, (name, old, new)) in groups.iter().enumerate() {
        let left = at as f64 * width;
        for (value, from, class, whose) in [(old, 0.18, "one", names[0]), (new, 0.52, "two", names[1])] {
            if let Some(value) = value {
                let title = format!("{name}, {whose}: {}", number(*value, 2));
                plot.bar(left + width * from, left + width * (from + 0.3), *value, class, &title);
            }
        }
        let short: String = name.chars().take(14).collect();
        plot.label(left + width / 2.0, &short);
    }
    legend(&names) + &plot.svg()
}

/// Returns a part of a count, such as `12 of 40 (30 %)`.
pub(super) fn of(part: u64, all: u64, share: Option<f64>) -> String {
    format!("{} of {} ({})", count(part), count(all), maybe(share, percent))
}
