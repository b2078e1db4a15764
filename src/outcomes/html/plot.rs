//! The drawing area of charts: two axes, as SVG. Coordinates are rounded to tenths.

use super::text::{escape, fixed};

/// Width of a chart in its own units; the font size is 11 of them.
pub(super) const WIDTH: f64 = 400.0;
/// Height of a chart, in the same units.
pub(super) const HEIGHT: f64 = 230.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 12.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 40.0;

/// A chart under construction.
pub(super) struct Plot {
    svg: String,
    top: f64,
}

/// Returns a coordinate as a string.
pub(super) fn at(value: f64) -> String {
    if value.is_finite() { format!("{value:.1}") } else { "0".to_owned() }
}

/// Returns the next larger of 1, 2, 2.5 and 5 times a power of ten.
fn round_up(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|step| step * power).find(|end| *end >= value * 0.999).unwrap_or(value)
}

impl Plot {
    /// Begins a chart from 0 to at least `top`, with labels for the axes and a title for screen readers.
    pub(super) fn new(title: &str, top: f64, x_label: &str, y_label: &str, tick: impl Fn(f64) -> String) -> Self {
        let top = round_up(top);
        let mut svg = format!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><title>{0}</title>",
            escape(title)
        );
        let mut plot = Self { svg: String::new(), top };
        for step in 0..=4 {
            let value = top * f64::from(step) / 4.0;
            let y = plot.y(value);
            svg += &format!(
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{}\" y=\"{}\" class=\"end\">{}</text>",
                at(WIDTH - RIGHT),
                at(LEFT - 6.0),
                at(y + 4.0),
                escape(&tick(value)),
                y = at(y)
            );
        }
        svg += &format!(
            "<text x=\"{LEFT}\" y=\"9\" class=\"axis\">{}</text><text x=\"{}\" y=\"{}\" class=\"axis end\">{}</text>",
            escape(y_label),
            at(WIDTH - RIGHT),
            at(HEIGHT - 5.0),
            escape(x_label)
        );
        plot.svg = svg;
        plot
    }

    /// Returns the height of a value, in the units of the chart.
    pub(super) fn y(&self, value: f64) -> f64 {
        let span = HEIGHT - TOP - BOTTOM;
        TOP + span * (1.0 - (value / self.top).clamp(0.0, 1.0))
    }

    /// Returns the position of a share of the width.
    pub(super) fn x(share: f64) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * share.clamp(0.0, 1.0)
    }

    /// Adds a label below the horizontal axis.
    pub(super) fn label(&mut self, share: f64, text: &str) {
        let (x, y) = (at(Self::x(share)), at(HEIGHT - BOTTOM + 14.0));
        let class = if share > 0.99 { "end" } else { "middle" };
        self.svg += &format!("<text x=\"{x}\" y=\"{y}\" class=\"{class}\">{}</text>", escape(text));
    }

    /// Adds a bar from 0 to a value, between two shares of the width.
    pub(super) fn bar(&mut self, from: f64, to: f64, value: f64, class: &str, title: &str) {
        let (left, right, top) = (Self::x(from), Self::x(to), self.y(value));
        let height = (self.y(0.0) - top).max(0.0);
        let (x, y, width) = (at(left), at(top), at((right - left).max(0.5)));
        self.svg += &format!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{}\" rx=\"2\"><title>{}</title></rect>",
            at(height),
            escape(title)
        );
    }

    /// Adds an interval.
    pub(super) fn whisker(&mut self, share: f64, low: f64, high: f64) {
        let (x, low, high) = (at(Self::x(share)), at(self.y(low)), at(self.y(high)));
        self.svg += &format!("<line class=\"whisker\" x1=\"{x}\" x2=\"{x}\" y1=\"{low}\" y2=\"{high}\"/>");
    }

    /// Adds a line through points, each a share of the width and a value.
    pub(super) fn line(&mut self, points: &[(f64, f64)], class: &str) {
        let list: Vec<String> =
            points.iter().map(|(share, value)| format!("{},{}", at(Self::x(*share)), at(self.y(*value)))).collect();
        self.svg += &format!("<polyline class=\"{class}\" points=\"{}\"/>", list.join(" "));
    }

    /// Adds a point with a title.
    pub(super) fn dot(&mut self, share: f64, value: f64, class: &str, title: &str) {
        let (x, y) = (at(Self::x(share)), at(self.y(value)));
        let title = escape(title);
        self.svg += &format!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"4\"><title>{title}</title></circle>");
    }

    /// Adds a level over the whole width, with its label.
    pub(super) fn level(&mut self, value: f64, text: &str) {
        let y = self.y(value);
        self.svg += &format!(
            "<line class=\"level\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{left}\" y=\"{}\" class=\"note\">{}</text>",
            at(y - 4.0),
            escape(text),
            right = at(WIDTH - RIGHT),
            left = at(LEFT + 4.0),
            y = at(y)
        );
    }

    pub(super) fn svg(self) -> String {
        self.svg + "</svg>"
    }
}

/// Returns a bar for a table cell, from the middle to either side; `most` fills a side.
pub(super) fn cell_bar(value: f64, most: f64) -> String {
    let share = if most > 0.0 && value.is_finite() { (value / most).clamp(-1.0, 1.0) } else { 0.0 };
    let width = share.abs() * 50.0;
    let left = if share < 0.0 { 50.0 - width } else { 50.0 };
    let class = if share < 0.0 { "neg" } else { "pos" };
    format!(
        "<span class=\"bar\" aria-hidden=\"true\"><span class=\"{class}\" style=\"left:{}%;width:{}%\"></span></span>",
        fixed(left, 1),
        fixed(width, 1)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_numbers() {
        for (value, end) in [(0.037, 0.05), (0.2, 0.2), (0.21, 0.25), (9.0, 10.0), (0.0, 1.0), (f64::NAN, 1.0)] {
            assert!((round_up(value) - end).abs() < 1e-9, "{value}");
        }
    }
}
