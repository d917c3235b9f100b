//! No import points up: a module uses only what ARCHITECTURE.md lists before it.

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
    assert_eq!(crates.len(), 3, "{list}");

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
                for used in imports(&code) {
                    if !order[..=place].contains(&used.as_str()) {
                        wrong.push(format!("{} uses crate::{used}", file.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The modules of a crate, but for its root.
fn modules_of(source: &Path) -> Vec<String> {
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let entries = fs::read_dir(source).unwrap().map(|entry| stem(entry.unwrap().path()));
    entries.filter(|name| name != "lib" && name != "main").collect()
}

/// The files of a module, without those of its tests: they may use the whole crate.
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

/// What follows `crate::` in code, without comments and the tests at the end of a file.
fn imports(code: &str) -> Vec<String> {
    let code = code.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut used = Vec::new();
    for (start, _) in code.match_indices("crate::") {
        let before = code[..start].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_') {
            continue;
        }
        let rest = &code[start + "crate::".len()..];
        // A list, or the one name that follows.
        let list = rest.strip_prefix('{').map(|list| list.split('}').next().unwrap_or_default());
        let is_name = |character: char| character.is_alphanumeric() || character == '_';
        let name =
            |path: &str| path.trim_start().split(|character| !is_name(character)).next().map(str::to_owned);
        match list {
            Some(list) => used.extend(list.split(',').filter_map(name)),
            None => used.extend(name(rest)),
        }
    }
    used
}

#[test]
fn imports_are_found_in_code_alone() {
    let code = "//! [`crate::a`]\nuse crate::b::{C, D};\nuse crate::{e, f::G};\nfn h() { crate::i::j(); }\n\
                #[cfg(test)]\nmod tests {\n    use crate::k;\n}\n";
    assert_eq!(imports(code), ["b", "e", "f", "i"]);
}
