//! Layering: a module imports only modules that ARCHITECTURE.md lists before it.

use std::fs;
use std::path::{Path, PathBuf};

/// The heading above the list.
const HEADING: &str = "## In what order to read";

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let list = text.split_once(HEADING).unwrap().1.split("```").nth(1).unwrap();
    let mut crates: Vec<(PathBuf, Vec<&str>)> = Vec::new();
    for line in list.lines().skip(1) {
        match line.strip_prefix(' ') {
            None => crates.push((root.join(line), Vec::new())),
            Some(modules) => crates.last_mut().unwrap().1.extend(modules.split_whitespace()),
        }
    }
    assert_eq!(crates.len(), 4, "{list}");

    let mut wrong = Vec::new();
    for (source, order) in &crates {
        let mut found: Vec<String> = modules_of(source);
        let mut listed: Vec<&str> = order.clone();
        found.sort_unstable();
        listed.sort_unstable();
        assert_eq!(found, listed, "the modules of {} and those that ARCHITECTURE.md lists", source.display());
        for (place, module) in order.iter().enumerate() {
            for file in files_of(source, module) {
                let code = fs::read_to_string(&file).unwrap();
                for used in imports(&code, depth_of(&file, source)) {
                    if !order[..=place].contains(&used.as_str()) {
                        wrong.push(format!("{} uses crate::{used}", file.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The modules of a crate, without its root.
fn modules_of(source: &Path) -> Vec<String> {
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let entries = fs::read_dir(source).unwrap().map(|entry| stem(entry.unwrap().path()));
    entries.filter(|name| name != "lib" && name != "main").collect()
}

/// The files of a module, without its tests, which may use the whole crate.
fn files_of(source: &Path, module: &str) -> Vec<PathBuf> {
    let single = source.join(format!("{module}.rs"));
    let mut folders = vec![source.join(module)];
    let mut files: Vec<PathBuf> = single.exists().then_some(single).into_iter().collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let is_test = path.file_stem().is_some_and(|stem| stem == "suite" || stem == "tests");
            match path.is_dir() {
                true => folders.push(path),
                false if !is_test => files.push(path),
                false => {}
            }
        }
    }
    files
}

/// How many modules a file is in, itself included.
fn depth_of(file: &Path, source: &Path) -> usize {
    let parts = file.strip_prefix(source).unwrap().components().count();
    if file.file_name().unwrap() == "mod.rs" { parts - 1 } else { parts }
}

/// The end of what a brace opens, which `code` begins after.
fn closing(code: &str) -> usize {
    let mut open = 1;
    for (place, character) in code.char_indices() {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return place;
        }
    }
    code.len()
}

/// The parts of a list that are not within braces of its own.
fn parts(list: &str) -> Vec<&str> {
    let (mut parts, mut open, mut start) = (Vec::new(), 0, 0);
    for (place, character) in list.char_indices() {
        match character {
            '{' => open += 1,
            '}' => open -= 1,
            ',' if open == 0 => {
                parts.push(&list[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&list[start..]);
    parts
}

/// The modules of its crate that the code of a file names, which is in `depth` modules: by `crate::`, or by as many
/// `super::`. Comments and the module of tests do not count.
fn imports(code: &str, depth: usize) -> Vec<String> {
    const TESTS: &str = "#[cfg(test)]\nmod tests {";
    let code = match code.split_once(TESTS) {
        // By the margin, since texts in tests may have braces.
        Some((before, tests)) => {
            format!("{before}{}", tests.split_once("\n}\n").map_or("", |(_, after)| after))
        }
        None => code.to_owned(),
    };
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.replace(&"super::".repeat(depth), "crate::");
    let mut used = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let before = &code[..start];
        // Not at the start of a path: `my_crate::`, or `crate::crate::` from one `super::` too many.
        if before.ends_with(is_name) || before.ends_with("::") {
            continue;
        }
        let rest = &code[start + "crate::".len()..];
        // A list in braces, or a single name.
        let list = rest.strip_prefix('{').map(|list| &list[..closing(list)]);
        let name =
            |path: &str| path.trim_start().split(|character| !is_name(character)).next().map(str::to_owned);
        match list {
            Some(list) => used.extend(parts(list).into_iter().filter_map(name)),
            None => used.extend(name(rest)),
        }
    }
    used
}

#[test]
fn imports_are_found_in_code_alone() {
    let code = "//! [`crate::a`]\nuse crate::b::{C, D};\nuse crate::{e::{E, x}, f::G};\nfn h() { crate::i::j(); }\n\
                #[cfg(test)]\nmod tests {\n    use crate::k;\n}\nuse super::l;\nuse super::super::m::N;\n";
    assert_eq!(imports(code, 1), ["b", "e", "f", "i", "l", "crate"]);
    assert_eq!(imports(code, 2), ["b", "e", "f", "i", "m"]);
}
