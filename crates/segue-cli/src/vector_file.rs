//! Reads the file of a single vector: NumPy's format, a JSON list, or numbers as text.

use std::io::Read;
use std::path::Path;

/// The largest file of a vector that is read.
const MAX_BYTES: u64 = 16 << 20;
/// How files of NumPy begin.
const NUMPY: &[u8] = b"\x93NUMPY";

/// The components of the vector in a file, or on standard input for `-`.
pub(crate) fn read(path: &Path) -> Result<Vec<f32>, String> {
    let mut bytes = Vec::new();
    let opened: std::io::Result<Box<dyn Read>> = match path == Path::new("-") {
        true => Ok(Box::new(std::io::stdin())),
        false => std::fs::File::open(path).map(|file| Box::new(file) as Box<dyn Read>),
    };
    let read = opened.and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("is longer than the {MAX_BYTES} bytes that a vector may take"));
    }
    components(&bytes)
}

fn components(bytes: &[u8]) -> Result<Vec<f32>, String> {
    if bytes.starts_with(NUMPY) {
        return numpy(bytes);
    }
    let text = str::from_utf8(bytes).map_err(|_| {
        "is neither a NumPy file (.npy), nor a JSON list, nor numbers separated by spaces or commas"
            .to_owned()
    })?;
    let numbers = text.trim().trim_start_matches('[').trim_end_matches(']');
    let numbers = numbers.split(|letter: char| letter == ',' || letter.is_whitespace());
    let number = |text: &str| text.parse().map_err(|_| format!("{text:?} is no number"));
    numbers.filter(|text| !text.is_empty()).map(number).collect()
}

/// The numbers of a NumPy file with one row of floating-point numbers (NumPy's format 1.0 to 3.0).
fn numpy(bytes: &[u8]) -> Result<Vec<f32>, String> {
    let cut = || "is cut off".to_owned();
    let major = bytes.get(NUMPY.len()).copied().ok_or_else(cut)?;
    let rest = bytes.get(NUMPY.len() + 2..).ok_or_else(cut)?;
    let (length, rest) = match major {
        1 => rest.split_first_chunk().map(|(length, rest)| (usize::from(u16::from_le_bytes(*length)), rest)),
        _ => rest.split_first_chunk().map(|(length, rest)| (u32::from_le_bytes(*length) as usize, rest)),
    }
    .ok_or_else(cut)?;
    let (header, data) = rest.split_at_checked(length).ok_or_else(cut)?;
    let header = String::from_utf8_lossy(header).replace('"', "'");
    let value =
        |name: &str| header.split_once(&format!("'{name}':")).map_or("", |(_, rest)| rest.trim_start());
    let kind = value("descr").trim_start_matches('\'').split('\'').next().unwrap_or_default().to_owned();
    let shape = value("shape").trim_start_matches('(').split(')').next().unwrap_or_default().to_owned();
    let sizes: Result<Vec<usize>, _> =
        shape.split(',').map(str::trim).filter(|size| !size.is_empty()).map(str::parse).collect();
    let sizes = sizes.map_err(|_| format!("has the shape ({shape}), which is none"))?;
    let many = sizes.iter().filter(|size| **size != 1).count();
    let count = sizes.iter().try_fold(1usize, |count, size| count.checked_mul(*size)).unwrap_or(usize::MAX);
    if many > 1 {
        return Err(format!("has the shape ({shape}), one vector was wanted: choose a row"));
    }
    let numbers: Vec<f32> = match kind.as_str() {
        "<f4" => data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        "<f8" => data.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32).collect(),
        kind => return Err(format!("has numbers of the type {kind:?}, float32 or float64 was wanted")),
    };
    match numbers.len() == count {
        true => Ok(numbers),
        false => Err(format!("is cut off: it has {} of {count} numbers", numbers.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npy(header: &str, data: &[u8]) -> Vec<u8> {
        let length = (header.len() as u16).to_le_bytes();
        [b"\x93NUMPY\x01\x00", length.as_slice(), header.as_bytes(), data].concat()
    }

    #[test]
    fn vectors_are_read_from_numpy_and_text() {
        let single: Vec<u8> = [1f32, -2.5].into_iter().flat_map(f32::to_le_bytes).collect();
        let double: Vec<u8> = [1f64, -2.5].into_iter().flat_map(f64::to_le_bytes).collect();
        let header =
            |kind, shape| format!("{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}\n");
        for bytes in [
            npy(&header("<f4", "(2,)"), &single),
            npy(&header("<f4", "(1, 2)"), &single),
            npy(&header("<f8", "(2,)"), &double),
            b"[1, -2.5]\n".to_vec(),
            b"1 -2.5".to_vec(),
            b"1\n-2.5\n".to_vec(),
        ] {
            assert_eq!(components(&bytes), Ok(vec![1.0, -2.5]));
        }
        for (bytes, problem) in [
            (npy(&header("<f4", "(2, 2)"), &single), "one vector was wanted"),
            (npy(&header("<f4", "(3,)"), &single), "cut off"),
            (npy(&header("<i8", "(2,)"), &single), "float32 or float64"),
            (npy(&header("<f4", "(x,)"), &single), "which is none"),
            (b"\x93NUMPY\x01".to_vec(), "cut off"),
            (b"\x93NUMPY\x01\x00\xff\xff".to_vec(), "cut off"),
            (b"1 two".to_vec(), "\"two\" is no number"),
            (b"\xff\xfe".to_vec(), "neither a NumPy file"),
        ] {
            let found = components(&bytes).unwrap_err();
            assert!(found.contains(problem), "{found}");
        }
        assert_eq!(components(b""), Ok(Vec::new()), "refused by the query");
    }
}
