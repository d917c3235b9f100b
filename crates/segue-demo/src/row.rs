//! Writes tracks as CSV rows, with numbers formatted as Spotify's are.

use std::io;

use super::track::Track;

pub(super) const HEADER: [&str; 20] = [
    "track_id",
    "artists",
    "album_name",
    "track_name",
    "popularity",
    "duration_ms",
    "explicit",
    "danceability",
    "energy",
    "key",
    "loudness",
    "mode",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "time_signature",
    "track_genre",
];

/// The digits of ids, and how many of them encode a `u64`.
const BASE_62: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const HALF_AN_ID: usize = 11;

/// A track id of 22 letters and digits, as Spotify's: `high` and `low` in base 62, 11 digits each.
/// Distinct pairs give distinct ids, as 62^11 is more than 2^64.
pub(super) fn id(high: u64, low: u64) -> [u8; 2 * HALF_AN_ID] {
    let mut id = [b'0'; 2 * HALF_AN_ID];
    for (half, mut rest) in id.chunks_exact_mut(HALF_AN_ID).zip([high, low]) {
        for digit in half.iter_mut().rev() {
            *digit = BASE_62.get((rest % 62) as usize).copied().unwrap_or(b'0');
            rest /= 62;
        }
    }
    id
}

/// A writer of rows that reuses its buffers.
#[derive(Debug)]
pub(super) struct Rows<W: io::Write> {
    out: csv::Writer<W>,
    record: csv::ByteRecord,
    field: Vec<u8>,
}

/// The underlying I/O error with its kind, by which callers recognise a broken pipe.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

impl<W: io::Write> Rows<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let mut out = csv::WriterBuilder::new().buffer_capacity(1 << 16).from_writer(out);
        out.write_record(HEADER).map_err(io_error)?;
        Ok(Self { out, record: csv::ByteRecord::new(), field: Vec::new() })
    }

    /// Writes one row: a track under one genre.
    pub(super) fn write(&mut self, id: &[u8], track: &Track, genre: &str) -> io::Result<()> {
        let [
            dance,
            energy,
            loudness,
            speech,
            acoustic,
            instrumental,
            live,
            valence,
            tempo,
            duration,
            popularity,
        ] = track.features;
        self.record.clear();
        self.record.push_field(id);
        self.record.push_field(track.artists.as_bytes());
        self.record.push_field(track.album.as_bytes());
        self.record.push_field(track.title.as_bytes());
        self.whole(rounded(popularity));
        self.whole(rounded(duration * 1000.0));
        self.record.push_field(if track.explicit { b"True" } else { b"False" });
        self.share(dance);
        self.share(energy);
        self.whole(track.key);
        self.thousandths(loudness);
        self.whole(u64::from(track.major));
        for share in [speech, acoustic, instrumental, live, valence] {
            self.share(share);
        }
        self.thousandths(tempo);
        self.whole(track.time_signature);
        self.record.push_field(genre.as_bytes());
        self.out.write_byte_record(&self.record).map_err(io_error)
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn whole(&mut self, number: u64) {
        self.field.clear();
        digits(&mut self.field, number, 0);
        self.record.push_field(&self.field);
    }

    /// Writes a number with at most three decimals.
    fn thousandths(&mut self, number: f64) {
        self.field.clear();
        if number < 0.0 {
            self.field.push(b'-');
        }
        decimal(&mut self.field, rounded(number.abs() * 1000.0), 3);
        self.record.push_field(&self.field);
    }

    /// Writes a number in [0, 1] with three significant digits; below a millionth as 0.
    fn share(&mut self, share: f64) {
        let mut decimals = 3;
        let mut scaled = share * 1000.0;
        while scaled < 100.0 && decimals < 8 {
            scaled *= 10.0;
            decimals += 1;
        }
        let three_digits = if scaled < 100.0 { 0 } else { rounded(scaled) };
        self.field.clear();
        decimal(&mut self.field, three_digits, decimals);
        self.record.push_field(&self.field);
    }
}

/// Rounds a non-negative number to the nearest integer, halves up.
const fn rounded(number: f64) -> u64 {
    (number + 0.5) as u64
}

/// Appends `number / 10^decimals` without trailing zeros, but with at least one decimal.
fn decimal(out: &mut Vec<u8>, mut number: u64, mut decimals: u32) {
    while decimals > 1 && number.is_multiple_of(10) {
        number /= 10;
        decimals -= 1;
    }
    digits(out, number, decimals);
}

fn digits(out: &mut Vec<u8>, mut number: u64, decimals: u32) {
    let start = out.len();
    let mut place = 0;
    while number > 0 || place <= decimals {
        if place == decimals && decimals > 0 {
            out.push(b'.');
        }
        out.push(b'0' + (number % 10) as u8);
        number /= 10;
        place += 1;
    }
    if let Some(written) = out.get_mut(start..) {
        written.reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Rows<io::Sink>)) -> String {
        let mut rows = Rows::new(io::sink()).unwrap();
        write(&mut rows);
        String::from_utf8(rows.field).unwrap()
    }

    #[test]
    fn numbers_have_the_digits_of_the_real_file() {
        let share = |number| written(|rows| rows.share(number));
        assert_eq!(share(0.6764), "0.676");
        assert_eq!(share(0.42), "0.42");
        assert_eq!(share(0.032_24), "0.0322");
        assert_eq!(share(0.000_005_561), "0.00000556");
        assert_eq!(share(0.000_000_9), "0.0");
        assert_eq!(share(0.099_99), "0.1");
        assert_eq!(share(0.0), "0.0");
        assert_eq!(share(1.0), "1.0");
        let thousandths = |number| written(|rows| rows.thousandths(number));
        assert_eq!(thousandths(-6.7464), "-6.746");
        assert_eq!(thousandths(120.0), "120.0");
        assert_eq!(thousandths(0.0), "0.0");
        assert_eq!(thousandths(-0.25), "-0.25");
        let whole = |number| written(|rows| rows.whole(number));
        assert_eq!(whole(0), "0");
        assert_eq!(whole(230_666), "230666");
        assert_eq!(whole(u64::MAX), u64::MAX.to_string());
    }

    #[test]
    fn ids_are_22_digits_of_base_62() {
        assert_eq!(&id(0, 61), b"000000000000000000000Z");
        assert_eq!(&id(62, 0), b"0000000001000000000000");
        assert_ne!(id(u64::MAX, 0), id(0, u64::MAX));
        assert!(id(u64::MAX, u64::MAX).iter().all(u8::is_ascii_alphanumeric));
    }
}
