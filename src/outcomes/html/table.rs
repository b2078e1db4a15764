//! HTML tables.

use super::text::escape;

/// A table under construction. Cells are HTML; headings and the caption are plain text.
pub(super) struct Table {
    html: String,
    /// True for each column of numbers.
    numeric: Vec<bool>,
}

impl Table {
    /// Begins a table with its columns. The caption may be empty if the heading above is enough. A column heading that
    /// begins with `#` marks numbers.
    pub(super) fn new(caption: &str, columns: &[&str]) -> Self {
        let caption =
            if caption.is_empty() { String::new() } else { format!("<caption>{}</caption>", escape(caption)) };
        let mut html = format!("<table>{caption}<thead><tr>");
        let mut numeric = Vec::new();
        for column in columns {
            let label = column.strip_prefix('#');
            let class = if label.is_some() { " class=\"n\"" } else { "" };
            // A screen reader would announce an empty heading.
            html += &match label.unwrap_or(column) {
                "" => "<td></td>".to_owned(),
                text => format!("<th scope=\"col\"{class}>{}</th>", escape(text)),
            };
            numeric.push(label.is_some());
        }
        html += "</tr></thead><tbody>";
        Self { html, numeric }
    }

    /// Adds a row; the first cell is its heading.
    pub(super) fn row(&mut self, cells: &[String]) {
        self.marked("", cells);
    }

    /// Adds a row with a class.
    pub(super) fn marked(&mut self, class: &str, cells: &[String]) {
        self.html += &if class.is_empty() { "<tr>".to_owned() } else { format!("<tr class=\"{class}\">") };
        for (at, cell) in cells.iter().enumerate() {
            let is_number = self.numeric.get(at).copied().unwrap_or_default();
            let class = if is_number { " class=\"n\"" } else { "" };
            let (open, close) = if at == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
            self.html += &format!("<{open}{class}>{cell}</{close}>");
        }
        self.html += "</tr>";
    }

    /// Returns the table, which scrolls if it is too wide.
    pub(super) fn html(self) -> String {
        format!("<div class=\"scroll\" tabindex=\"0\">{}</tbody></table></div>", self.html)
    }
}
