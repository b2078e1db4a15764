//! Plain-text tables: the first column is aligned left, the others right.

/// Returns a table of rows of cells; the first row is the head.
pub(super) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
            // The last column may hold sentences, which are aligned left.
            let is_text = column == 0 || (column + 1 == columns && cell.contains(' ') && !cell.ends_with('%'));
            line.push_str(&if is_text { format!("{cell:<width$}  ") } else { format!("{cell:>width$}  ") });
        }
        out.push_str("  ");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Returns a row of cells.
pub(super) fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}
