//! Text tables: aligned columns that fit the width of the terminal, also with wide (CJK) characters.

use std::borrow::Cow;

use console::{Alignment, Style, measure_text_width, pad_str, truncate_str};

/// A header and rows of text.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Debug, Clone)]
pub(crate) struct Column {
    header: Cow<'static, str>,
    align: Alignment,
    /// Whether its texts may be truncated to make the table fit.
    flexible: bool,
}

impl Column {
    /// A text column, truncated if space is short.
    pub(crate) const fn text(header: &'static str) -> Self {
        Self { header: Cow::Borrowed(header), align: Alignment::Left, flexible: true }
    }

    /// A text column that is never truncated.
    pub(crate) const fn fixed(header: &'static str) -> Self {
        Self { header: Cow::Borrowed(header), align: Alignment::Left, flexible: false }
    }

    /// A number column: right-aligned, never truncated.
    pub(crate) const fn number(header: &'static str) -> Self {
        Self { header: Cow::Borrowed(header), align: Alignment::Right, flexible: false }
    }
}

const GAP: &str = "  ";
/// The least width to which a text column is truncated.
const LEAST: usize = 8;

impl Table {
    pub(crate) fn new(columns: impl Into<Vec<Column>>) -> Self {
        Self { columns: columns.into(), rows: Vec::new() }
    }

    /// A table with a column of names, and a column of numbers for each header.
    pub(crate) fn of_names(first: &'static str, headers: &[&str]) -> Self {
        let named = |header: &&str| Column { header: Cow::Owned((*header).to_owned()), ..Column::number("") };
        Self {
            columns: [Column::fixed(first)].into_iter().chain(headers.iter().map(named)).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row, one cell a column.
    pub(crate) fn cells(&mut self, cells: Vec<String>) {
        self.rows.push(cells.iter().map(|cell| printable(cell)).collect());
    }

    /// Adds a row, one cell a column.
    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.map(|cell| printable(&cell)).into());
    }

    /// The table as lines, each at most `width` columns wide if truncating its text columns is enough.
    pub(crate) fn render(&self, width: usize, header: &Style) -> String {
        let widths = self.widths(width);
        let headers: Vec<String> = self.columns.iter().map(|column| column.header.to_string()).collect();
        let mut text = header.apply_to(self.line(&headers, &widths)).to_string();
        text.push('\n');
        for row in &self.rows {
            text += &self.line(row, &widths);
            text.push('\n');
        }
        text
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let cells = cells.iter().zip(&self.columns).zip(widths).map(|((cell, column), &width)| {
            pad_str(&cut(cell, width), width, column.align, None).into_owned()
        });
        cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
    }

    /// The width of each column: that of its content, with the widest text columns reduced until the table fits.
    fn widths(&self, width: usize) -> Vec<usize> {
        let mut widths: Vec<usize> =
            self.columns.iter().map(|column| measure_text_width(&column.header)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(measure_text_width(cell));
            }
        }
        let gaps = GAP.len() * self.columns.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let flexible = widths
                .iter_mut()
                .zip(&self.columns)
                .filter(|(width, column)| column.flexible && **width > LEAST);
            match flexible.map(|(width, _)| width).max() {
                Some(widest) => *widest -= 1,
                None => break,
            }
        }
        widths
    }
}

/// Truncates a text to `width`. The end of a title tells releases apart, for example ` - Remastered 2011` or `(+1)`, so
/// a title with such an end loses its middle instead: `Bohemian Rh…astered 2011`.
fn cut(text: &str, width: usize) -> Cow<'_, str> {
    let has_end = [" - ", " (", " ["].iter().any(|sign| text.contains(sign));
    if !has_end || measure_text_width(text) <= width {
        return truncate_str(text, width, "…");
    }
    let (mut start, mut kept) = (text.len(), 0);
    for (at, character) in text.char_indices().rev() {
        kept += measure_text_width(character.encode_utf8(&mut [0; 4]));
        if kept > width / 2 {
            break;
        }
        start = at;
    }
    let end = text.get(start..).unwrap_or_default();
    let beginning = truncate_str(text, width.saturating_sub(measure_text_width(end) + 1), "");
    format!("{}…{end}", beginning.trim_end()).into()
}

/// Replaces control characters, Unicode line separators, and bidirectional formatting characters by spaces, so that a
/// text cannot inject escape sequences or reorder a line of the terminal.
pub(crate) fn printable(text: &str) -> String {
    let disturbs = |character: char| {
        character.is_control()
            || matches!(character, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|character| if disturbs(character) { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(title: &str) -> Table {
        let mut table = Table::new([Column::number("#"), Column::text("title"), Column::fixed("genre")]);
        table.row(["1".into(), title.into(), "j-pop".into()]);
        table.row(["10".into(), "Comedy".into(), "acoustic".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_also_with_wide_characters() {
        let text = sample("ダンシング").render(80, &Style::new());
        assert_eq!(text, " #  title       genre\n 1  ダンシング  j-pop\n10  Comedy      acoustic\n");
    }

    #[test]
    fn long_texts_are_cut_to_fit() {
        let text = sample(&"ロング・タイトル ".repeat(10)).render(40, &Style::new());
        assert!(text.lines().all(|line| measure_text_width(line) <= 40), "{text}");
        assert!(text.contains('…'));
        let narrow = sample("A title").render(5, &Style::new());
        assert!(narrow.contains("A title"), "never cut below the least width");
    }

    #[test]
    fn what_tells_titles_apart_is_kept() {
        for (title, width, shown) in [
            ("Bohemian Rhapsody - Remastered 2011", 24, "Bohemian Rh…astered 2011"),
            ("Bohemian Rhapsody - Live Aid", 24, "Bohemian Rh…y - Live Aid"),
            ("Blinding Lights (+1)", 16, "Blindin…hts (+1)"),
            ("A title without an addition", 16, "A title without…"),
            ("Hello - Live", 12, "Hello - Live"),
            ("ダンシング・ヒーロー - Live", 16, "ダンシン… - Live"),
        ] {
            assert_eq!(cut(title, width), shown);
            assert!(measure_text_width(&cut(title, width)) <= width);
        }
    }

    #[test]
    fn escape_sequences_in_titles_do_nothing() {
        assert_eq!(printable("a\u{1b}[31mb\nc\u{202e}d\u{2028}e"), "a [31mb c d e");
    }
}
