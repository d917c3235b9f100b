//! What is no list of tracks: files of other kinds, which are refused as what they are instead of being read as titles.

/// The kind of a file by its first bytes, if it is of a known kind that is no text.
pub(super) fn binary(bytes: &[u8]) -> Option<&'static str> {
    const LOOKED_AT: usize = 512;
    const KINDS: [(&[u8], &str); 20] = [
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive; unpack it, and name a file of it"),
        (b"\x1f\x8b", "compressed by gzip; unpack it"),
        (b"\x28\xb5\x2f\xfd", "compressed by zstd; unpack it"),
        (b"7z\xbc\xaf", "a 7z archive; unpack it"),
        (b"Rar!", "a RAR archive; unpack it"),
        (b"ID3", "a recording (MP3)"),
        (b"\xff\xfb", "a recording (MP3)"),
        (b"fLaC", "a recording (FLAC)"),
        (b"OggS", "a recording (Ogg)"),
        (b"RIFF", "a recording or a video (RIFF)"),
        (b"\x89PNG", "a picture (PNG)"),
        (b"\xff\xd8\xff", "a picture (JPEG)"),
        (b"GIF8", "a picture (GIF)"),
        (b"SQLite format 3", "a database (SQLite)"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
        (b"bplist", "a binary property list; export the playlist as XML"),
        (b"\x7fELF", "a program"),
        (b"MZ\x90", "a program"),
    ];
    // `RIFF RAFF - Versace Python` is a line of a list.
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=31);
    let is_binary = || bytes.iter().take(LOOKED_AT).any(is_control) || bytes.starts_with(b"%PDF");
    let known = KINDS.iter().find(|(start, _)| bytes.starts_with(start));
    known.filter(|_| is_binary()).map(|(_, kind)| *kind)
}

/// The name of the outermost element of XML; empty if there is none.
pub(super) fn outermost(text: &str) -> &str {
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start + 1..).unwrap_or_default();
        let skipped = if let Some(comment) = rest.strip_prefix("!--") {
            comment.split_once("-->")
        } else if rest.starts_with("!DOCTYPE")
            && rest.split('>').next().is_some_and(|start| start.contains('['))
        {
            rest.split_once("]>").or_else(|| rest.split_once('>'))
        } else if rest.starts_with(['!', '?']) {
            rest.split_once('>')
        } else {
            let name =
                rest.split(|letter: char| letter.is_whitespace() || matches!(letter, '>' | '/')).next();
            let name = name.unwrap_or_default();
            return name.rsplit(':').next().unwrap_or(name);
        };
        match skipped {
            // An HTML page may have nothing but its document type.
            _ if rest.get(..13).is_some_and(|start| start.eq_ignore_ascii_case("!DOCTYPE html")) => {
                return "html";
            }
            Some((_, after)) => rest = after,
            None => break,
        }
    }
    ""
}

/// What XML with another outermost element is.
pub(super) fn xml(element: &str) -> String {
    let element: String = element.chars().take(40).collect();
    match element.to_ascii_lowercase().as_str() {
        "html" | "head" | "body" | "script" | "div" => {
            "is a web page (HTML), a list of tracks was wanted; save the list \
            itself, not the page that shows it"
                .to_owned()
        }
        "rss" | "feed" => "is a news feed, a list of tracks was wanted".to_owned(),
        "svg" => "is a picture (SVG), a list of tracks was wanted".to_owned(),
        _ => format!(
            "is XML with the outermost element <{element}>, a list of tracks was wanted: XSPF (<playlist>), WPL (<smil>), or \
             Apple Music's (<plist>)"
        ),
    }
}

/// Whether a text begins like JSON with objects or lists: not `[12] Artist - Title`.
pub(super) fn is_json(start: &str) -> bool {
    let next = |text: &str| text.trim_start().chars().next();
    match (start.strip_prefix('{'), start.strip_prefix('[')) {
        (Some(rest), _) => matches!(next(rest), Some('"' | '}') | None),
        (_, Some(rest)) => matches!(next(rest), Some('{' | '[' | ']' | '"') | None),
        _ => false,
    }
}

/// What lines are that are no list of tracks; `None` if they may be one. Few lines may always be one.
pub(super) fn lines<'a>(lines: impl Iterator<Item = &'a str>) -> Option<&'static str> {
    const FEWEST: usize = 3;
    const LOOKED_AT: usize = 1000;
    let lines: Vec<&str> = lines.take(LOOKED_AT).collect();
    let control = |character: char| character.is_control() && !character.is_whitespace();
    let (letters, controls) = lines
        .iter()
        .flat_map(|line| line.chars())
        .fold((0, 0), |(all, controls), letter| (all + 1, controls + usize::from(control(letter))));
    if controls * 10 > letters {
        return Some("binary data");
    }
    if lines.len() < FEWEST {
        return None;
    }
    let are = |share: f64, is: fn(&str) -> bool| {
        let count = lines.iter().filter(|line| is(line)).count();
        count as f64 > share * lines.len() as f64
    };
    match () {
        () if are(0.35, is_code) => Some("source code"),
        () if are(0.5, is_logged) => Some("a log"),
        () if are(0.6, is_setting) => Some("a file of settings"),
        () if is_table(&lines) => Some("a table without a header that names titles and artists"),
        () if are(0.3, is_prose) => Some("prose"),
        () => None,
    }
}

fn is_code(line: &str) -> bool {
    const STARTS: [&str; 16] = [
        "//", "/*", "*/", "import ", "from ", "def ", "fn ", "class ", "return ", "use ", "pub ", "let ",
        "const ", "elif ", "#include", "@",
    ];
    const ENDS: [&str; 6] = ["{", "}", ";", "):", "(", "},"];
    const WITHIN: [&str; 6] = ["()", "==", "->", "=>", "::", "();"];
    // A title may hold one of these, a name before `=` none.
    STARTS.iter().any(|start| line.starts_with(start))
        || ENDS.iter().any(|end| line.ends_with(end))
        || WITHIN.iter().any(|within| line.contains(within))
        || line.split_once(" = ").is_some_and(|(name, _)| !name.contains(' '))
}

fn is_logged(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default().trim_matches(['[', ']']);
    let is_stamp = first.len() >= 8
        && first.bytes().filter(|byte| matches!(byte, b'-' | b':' | b'/' | b'.')).count() >= 2
        && first.bytes().all(|byte| byte.is_ascii_digit() || b"-:/.,TZ+".contains(&byte));
    is_stamp
        || [" INFO ", " ERROR ", " WARN", " DEBUG ", "INFO:", "ERROR:"]
            .iter()
            .any(|level| line.contains(level))
}

fn is_setting(line: &str) -> bool {
    line.starts_with('[') && line.ends_with(']')
        || line.split_once('=').is_some_and(|(name, _)| !name.is_empty() && !name.trim().contains(' '))
}

/// Whether all but a few lines have as many separators, three or more.
fn is_table(lines: &[&str]) -> bool {
    [',', ';', '\t', '|'].into_iter().any(|separator| {
        let columns = |line: &&&str| line.matches(separator).count();
        let Some(first) = lines.first().map(|line| columns(&line)).filter(|count| *count >= 3) else {
            return false;
        };
        let alike = lines.iter().filter(|line| columns(line) == first).count();
        alike * 10 >= lines.len() * 9
    })
}

fn is_prose(line: &str) -> bool {
    let words = line.split_whitespace().count();
    words > 25 || words > 9 && line.ends_with(['.', '!', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_element_is_found() {
        for (text, name) in [
            ("<html>", "html"),
            ("<!DOCTYPE html>\n<p>", "html"),
            (
                "<?xml version='1.0'?><!-- <a> --><!DOCTYPE b [<!ENTITY c 'd'>]><x:playlist version='1'>",
                "playlist",
            ),
            ("<smil/>", "smil"),
            ("<", ""),
            ("<!-- ", ""),
            ("<?xml", ""),
        ] {
            assert_eq!(outermost(text), name, "{text}");
        }
    }

    #[test]
    fn lists_are_told_from_other_texts() {
        for (text, kind) in [
            ("fn main() {\nlet x = 1;\nprintln!(\"x\");\n}", Some("source code")),
            ("import os\ndef f(x):\nreturn x\nprint(f(1))", Some("source code")),
            ("2024-01-01T10:00:00 started\n2024-01-01T10:00:01 ready\n2024-01-01T10:00:02 x", Some("a log")),
            ("[server]\nport=80\nhost=a\n", Some("a file of settings")),
            ("1,2,3,4\n5,6,7,8\n9,10,11,12", Some("a table without a header that names titles and artists")),
            (
                "This is a text that somebody wrote about a concert last year.\nIt was a fine evening and nobody \
                 wanted to go home.\nWe stayed until the lights went out, and then some more.",
                Some("prose"),
            ),
            ("Drake - God's Plan\nThe Weeknd - Blinding Lights\nAdele - Hello", None),
            ("Drake, God's Plan\nThe Weeknd, Blinding Lights\nAdele, Hello", None),
            ("[1] Drake - God's Plan\n[2] The Weeknd - Blinding Lights\n[3] Adele - Hello", None),
            ("let it be - the beatles\nhello - adele\none - u2", None),
            ("Hello", None),
        ] {
            assert_eq!(lines(text.lines()), kind, "{text}");
        }
    }
}
