//! Arbitrary bytes as a file for `segue inspect`: returns a summary or an error, and never panics.

use segue::{Input, inspect};

/// Checks one input.
pub fn check(bytes: &[u8]) {
    let Ok(summary) = inspect::table(Input::bytes("fuzz", bytes)) else { return };
    for column in &summary.columns {
        assert!(column.missing + column.unreadable <= summary.rows);
        if let Some(spread) = &column.spread {
            assert!(spread.min <= spread.median && spread.median <= spread.max);
            assert_eq!(spread.histogram.len(), inspect::BINS);
        }
    }
    let text = serde_json::to_string(&summary).expect("a summary is JSON");
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
}
