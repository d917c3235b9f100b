//! The engine's messages name neither flags nor commands, which a service and a library do not have: what to do is said
//! by the faces (`advice.rs`).

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn no_message_of_the_engine_names_a_flag_or_a_command() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../segue/src");
    let (mut folders, mut wrong, mut seen) = (vec![source], Vec::new(), 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let is_test = path
                .file_stem()
                .is_some_and(|stem| stem.to_string_lossy().ends_with("suite") || stem == "fixture");
            if path.is_dir() {
                folders.push(path);
            } else if !is_test {
                for literal in literals(&fs::read_to_string(&path).unwrap()) {
                    seen += 1;
                    if names_a_flag(&literal) {
                        wrong.push(format!("{}: {literal:?}", path.display()));
                    }
                }
            }
        }
    }
    assert!(seen > 500, "only {seen} texts were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn flags_and_commands_are_found_in_texts() {
    let code = r##"
        let a = "is a file; choose another: -o DIR"; // "--not here"
        let b = ['"', 'x', '\''];
        let c = "x\"\
                 --y";
        let d = r#"a "raw" --text"#;
    "##;
    let found = literals(code);
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|text| names_a_flag(text)));
    assert!(names_a_flag("try: segue search TITLE") && names_a_flag("list them with --rejects FILE"));
    assert!(!names_a_flag("well-known, a - b, -1, the Segue that built it, the crate segue reads"));
}

fn names_a_flag(text: &str) -> bool {
    let words: Vec<&str> =
        text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-').collect();
    let is_flag = |word: &&str| match word.strip_prefix('-') {
        Some(rest) => {
            let name = rest.strip_prefix('-').unwrap_or(rest);
            name.starts_with(|first: char| first.is_ascii_lowercase()) && (rest != name || name.len() == 1)
        }
        None => false,
    };
    let commands = [
        "build",
        "search",
        "recommend",
        "inspect",
        "serve",
        "train",
        "eval",
        "verify",
        "graph",
        "path",
        "map",
    ];
    let is_command = |pair: &[&str]| pair[0] == "segue" && commands.contains(&pair[1]);
    words.iter().any(is_flag) || words.windows(2).any(is_command)
}

/// The texts in code, without those in comments and in the module of tests.
fn literals(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
    let (mut found, mut before, mut rest) = (Vec::new(), "", code);
    while let Some(at) = rest.find(['"', '/', '\'']) {
        let (code, after) = rest.split_at(at);
        before = if code.is_empty() { before } else { code };
        rest = match after {
            comment if comment.starts_with("//") => comment.split_once('\n').map_or("", |(_, after)| after),
            // A quote as a character.
            character if character.starts_with("'\"'") || character.starts_with("'\\") => &character[3..],
            text if text.starts_with('"') => {
                let text = &text[1..];
                let hashes = before.len() - before.trim_end_matches('#').len();
                let is_raw = before.trim_end_matches('#').ends_with('r');
                let end = match is_raw {
                    true => text.find(&format!("\"{}", "#".repeat(hashes))).unwrap(),
                    false => end_of(text),
                };
                found.push(text[..end].to_owned());
                &text[end + 1..]
            }
            other => &other[1..],
        };
    }
    found
}

/// Where the text ends that `text` begins with.
fn end_of(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.char_indices().find(|(_, character)| {
        let ends = *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        ends
    });
    end.unwrap().0
}
