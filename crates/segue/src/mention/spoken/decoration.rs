//! What people and programs add to a title: numbers in a list, words about the video, lengths, quotes.

/// How sure it is that a number counts the entries of a list, and is not a part of the title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbering {
    /// `1. `, `3) `, `04 `, `1-09 - `, a bullet.
    Sure,
    /// `12 `, as in `99 Luftballons`.
    Unsure,
}

/// A text without quotes and white space around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    // A quote at one end only belongs to the title: `Rock 'n'`, `"Heroes" (Live)`.
    let pairs = [('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('‘', '’'), ('\'', '\'')];
    let inner = pairs.iter().find_map(|(open, close)| text.strip_prefix(*open)?.strip_suffix(*close));
    inner.map_or(text, str::trim)
}

/// A text without the number or the bullet that it begins with.
pub(super) fn unnumbered(text: &str) -> Option<(&str, Numbering)> {
    const BULLETS: [char; 15] = ['•', '-', '–', '—', '*', '·', '▪', '▶', '►', '♪', '♫', '○', '●', '■', '>'];
    let plain = text.trim_start();
    let listed = plain.trim_start_matches(|letter: char| BULLETS.contains(&letter) || letter.is_whitespace());
    if listed.len() < plain.len() && says_something(listed) {
        return Some((listed, Numbering::Sure));
    }
    let opened = plain.trim_start_matches(['(', '[', '#', '№']);
    // The side of a record: `A12`.
    let side = opened.strip_prefix(['A', 'B', 'C', 'D', 'a', 'b', 'c', 'd']);
    let (rest, has_side) = match side.filter(|side| side.starts_with(|digit: char| digit.is_ascii_digit())) {
        Some(side) => (side, true),
        None => (opened, false),
    };
    let (number, mut rest) = digits(rest)?;
    let mut is_sure = has_side || number.starts_with('0') || opened.len() < plain.len();
    // The number of the disc and that of the track: `1-09`, `2.03`.
    if let Some((track, after)) = rest.strip_prefix(['-', '.', '_']).and_then(digits) {
        (rest, is_sure) = (after, is_sure || track.len() == 2);
    }
    let ends =
        [". ", ".) ", ") ", "] ", ": ", " - ", " – ", " — ", ".", ")", "]", "_-_", " ", "_", "\t", "-"];
    let (end, rest) = ends.iter().find_map(|end| Some((*end, rest.strip_prefix(*end)?)))?;
    is_sure |= matches!(end, ". " | ".) " | ") " | "] " | ")" | "]" | "\t");
    let rest = rest.trim_start();
    says_something(rest).then_some((rest, if is_sure { Numbering::Sure } else { Numbering::Unsure }))
}

/// One to three digits at the start of a text; a year is no number in a list.
fn digits(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start_matches(|digit: char| digit.is_ascii_digit());
    let number = text.len() - rest.len();
    (1..=3).contains(&number).then(|| text.split_at_checked(number)).flatten()
}

fn says_something(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// A text without what is said about a video or a file: `(Official Video)`, `[HD]`, `(3:18)`, `| Lyrics`. `None` if
/// nothing is.
pub(super) fn undecorated(text: &str) -> Option<String> {
    let mut plain = without_brackets(text);
    loop {
        let end = plain.trim_end();
        let last = [" - ", " – ", " — ", " | ", "|", " // "]
            .iter()
            .filter_map(|separator| end.rsplit_once(separator))
            .min_by_key(|(_, last)| last.len());
        let shorter = match last {
            Some((rest, last)) if is_decoration(last) => Some(rest),
            _ => without_last(end),
        };
        match shorter.filter(|shorter| says_something(shorter)) {
            Some(shorter) => plain = shorter.trim_end().to_owned(),
            None => break,
        }
    }
    let plain = plain.trim();
    (plain != text.trim() && says_something(plain)).then(|| plain.to_owned())
}

/// A text without a length, an extension, or `Official Video` at its end.
fn without_last(text: &str) -> Option<&str> {
    const ENDS: [&str; 10] = [
        " official music video",
        " official lyric video",
        " official lyrics video",
        " official video",
        " official audio",
        " official visualizer",
        " lyric video",
        " lyrics video",
        " music video",
        " with lyrics",
    ];
    let lower = text.to_ascii_lowercase();
    if let Some(rest) = ENDS.iter().find_map(|end| lower.strip_suffix(end)) {
        return text.get(..rest.len());
    }
    let (rest, last) = text.rsplit_once(char::is_whitespace)?;
    is_length(last).then_some(rest)
}

/// A text without brackets whose words are all about the video or the file.
fn without_brackets(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(['(', '[', '{', '【']) {
        let (before, opened) = rest.split_at_checked(start).unwrap_or((rest, ""));
        let Some(end) = opened.find([')', ']', '}', '】']) else { break };
        let after = opened
            .get(end..)
            .and_then(|closed| closed.char_indices().nth(1))
            .map_or(opened.len(), |(at, _)| end + at);
        let (bracket, after) = opened.split_at_checked(after).unwrap_or((opened, ""));
        plain.push_str(before);
        if !is_decoration(bracket) {
            plain.push_str(bracket);
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

/// Whether a text only says what kind of video or file something is, or how long.
fn is_decoration(text: &str) -> bool {
    const SAYS: &str = "official oficial officiel officielle offizielles video videoclip clip videoclipe audio lyrics lyric \
        letra letras lyriques paroles songtext hd hq 4k 8k uhd 720p 1080p visualizer visualiser visual mv m/v pv mp3 flac \
        320kbps 320 kbps download premiere subtitulado legendado vevo topic youtube";
    const BESIDE: &str = "music version the with w/ and in on + & new free full remastered remaster upgrade explicit clean \
        color coded high quality out now hi-res ultra exclusive original soundtrack tv";
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || "()[]{}【】".contains(letter));
    if is_length(text) {
        return true;
    }
    let lower = text.to_lowercase();
    let says = |list: &str, word: &str| list.split_whitespace().any(|known| known == word);
    let is_year = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_digit());
    lower.split_whitespace().any(|word| says(SAYS, word))
        && lower.split_whitespace().all(|word| says(SAYS, word) || says(BESIDE, word) || is_year(word))
}

/// A length: `3:18`, `1:02:03`, `03:18 min`.
fn is_length(text: &str) -> bool {
    let text = text.trim_end_matches("min").trim();
    let mut parts = text.split(':');
    let is_digits =
        |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.next().is_some_and(is_digits)
        && (2..=3).contains(&text.split(':').count())
        && parts.all(|part| part.len() == 2 && is_digits(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_lists_are_taken_away() {
        for (text, rest, numbering) in [
            ("1. T", "T", Numbering::Sure),
            ("3) T", "T", Numbering::Sure),
            ("04 T", "T", Numbering::Sure),
            ("#5 T", "T", Numbering::Sure),
            ("[12] T", "T", Numbering::Sure),
            ("• T", "T", Numbering::Sure),
            ("- T", "T", Numbering::Sure),
            ("1-09 - T", "T", Numbering::Sure),
            ("A12 T", "T", Numbering::Sure),
            ("12\tT", "T", Numbering::Sure),
            ("12 T", "T", Numbering::Unsure),
            ("12_T", "T", Numbering::Unsure),
            ("7 - T", "T", Numbering::Unsure),
        ] {
            assert_eq!(unnumbered(text), Some((rest, numbering)), "{text}");
        }
        for text in ["T", "1979 - T", "12", "1. ", "A T", "B", "", "50Cent", "•"] {
            assert_eq!(unnumbered(text), None, "{text}");
        }
    }

    #[test]
    fn words_about_a_video_are_taken_away() {
        for text in [
            "A - T (Official Music Video)",
            "A - T [Official Video] (HD)",
            "A - T (Lyrics)",
            "A - T (3:18)",
            "A - T 3:18",
            "A - T | Official Audio",
            "A - T - Lyric Video",
            "A - T (Official Video Remastered 2015)",
            "A - T official music video",
            "A - T 【MV】",
        ] {
            assert_eq!(undecorated(text).as_deref(), Some("A - T"), "{text}");
        }
        for text in
            ["A - T", "T (Live Video)", "T (Remix)", "T (Official Remix)", "(Video)", "T (", "T 12:345", ""]
        {
            assert_eq!(undecorated(text), None, "{text}");
        }
    }
}
