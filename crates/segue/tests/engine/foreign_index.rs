//! Folders that are no index, or one that somebody else made, or made to do harm: refused by name, or
//! answered from without harm.

use std::fs;
use std::path::{Path, PathBuf};

use crate::damage::{
    FILES, MANIFEST, ask_everything, change_manifest, file_of, manifest, match_manifest, sealed, write_demo,
};
use segue::index::verify;
use segue::{Index, IndexWriter};

const TRACKS: u64 = 60;

fn index() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    write_demo(&path, TRACKS, 1);
    (folder, path)
}

/// That neither `open` nor `verify` takes the index, and that both say so in these words.
fn assert_refused(path: &Path, words: &[&str]) {
    for error in [Index::open(path).expect_err("refused"), verify(path).expect_err("refused")] {
        let message = error.to_string();
        assert!(words.iter().all(|word| message.contains(word)), "{words:?} in {message}");
        assert!(!message.ends_with('.'), "{message}");
    }
}

#[test]
fn files_in_each_others_place_are_refused() {
    let (_folder, path) = index();
    for one in FILES {
        for other in FILES.into_iter().filter(|other| *other != one) {
            let (one, other) = (file_of(&path, one), file_of(&path, other));
            let (first, second) = (fs::read(&one).unwrap(), fs::read(&other).unwrap());
            let sealed = fs::read(path.join(MANIFEST)).unwrap();
            fs::write(&one, &second).unwrap();
            fs::write(&other, &first).unwrap();
            assert_refused(&path, &[".arrow", "build the index anew"]);
            match_manifest(&path);
            assert_refused(&path, &[".arrow", "has the columns", "were expected"]);
            fs::write(&one, &first).unwrap();
            fs::write(&other, &second).unwrap();
            fs::write(path.join(MANIFEST), sealed).unwrap();
        }
    }
    verify(&path).unwrap();
}

#[test]
fn the_files_of_another_index_are_refused_even_if_they_fit() {
    let (_folder, path) = index();
    let (_other_folder, other) = index();
    write_demo(&other, TRACKS, 2);
    for name in FILES {
        let file = file_of(&path, name);
        let own = fs::read(&file).unwrap();
        if fs::read(file_of(&other, name)).unwrap() == own {
            assert_eq!(name, "songs.arrow", "every generated track is a song of its own");
            continue;
        }
        fs::copy(file_of(&other, name), &file).unwrap();
        let error = verify(&path).expect_err("foreign").to_string();
        assert!(error.contains(name), "{error}");
        // If it has the right size, only its content tells; it still does no harm.
        if let Ok(index) = Index::open(&path) {
            ask_everything(index, 1);
        }
        fs::write(&file, own).unwrap();
    }
    write_demo(&other, TRACKS + 1, 1);
    for name in FILES {
        let own = fs::read(file_of(&path, name)).unwrap();
        let sealed = fs::read(path.join(MANIFEST)).unwrap();
        fs::copy(file_of(&other, name), file_of(&path, name)).unwrap();
        match_manifest(&path);
        match name {
            // Where genres lie does not depend on the number of tracks.
            "mine/genres.arrow" => {}
            // Nor does the number of terms; their rows tell.
            "text.arrow" => {
                let error = verify(&path).expect_err("foreign").to_string();
                assert!(error.contains("text.arrow: has a row beyond the last of 60"), "{error}");
            }
            _ => assert_refused(&path, &[name, "has 61 rows, 60 were expected"]),
        }
        fs::write(file_of(&path, name), own).unwrap();
        fs::write(path.join(MANIFEST), sealed).unwrap();
    }
    fs::copy(other.join(MANIFEST), path.join(MANIFEST)).unwrap();
    assert_refused(&path, &["build the index anew"]);
}

#[test]
fn random_bytes_and_other_things_in_place_of_a_file_are_refused() {
    let (_folder, path) = index();
    let mut state = 1u64;
    for name in std::iter::once(MANIFEST).chain(FILES) {
        let file = file_of(&path, name);
        let own = fs::read(&file).unwrap();
        for _ in 0..50 {
            let noise: Vec<u8> = own.iter().map(|_| random(&mut state)).collect();
            fs::write(&file, noise).unwrap();
            assert_refused(&path, &[name]);
            if name != MANIFEST {
                let sealed = fs::read(path.join(MANIFEST)).unwrap();
                match_manifest(&path);
                assert_refused(&path, &[name, "is not an Arrow file"]);
                fs::write(path.join(MANIFEST), sealed).unwrap();
            }
        }
        fs::remove_file(&file).unwrap();
        assert_refused(&path, &[name]);
        fs::create_dir(&file).unwrap();
        assert_refused(&path, &[name, "is not a file"]);
        fs::remove_dir(&file).unwrap();
        #[cfg(unix)]
        {
            // Opening a pipe would wait for ever.
            assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
            assert_refused(&path, &[name, "is not a file"]);
            fs::remove_file(&file).unwrap();
            std::os::unix::fs::symlink("nowhere", &file).unwrap();
            assert_refused(&path, &[name]);
            fs::remove_file(&file).unwrap();
        }
        fs::write(&file, own).unwrap();
        verify(&path).unwrap();
    }
}

/// SplitMix64.
fn random(state: &mut u64) -> u8 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 56) as u8
}

#[test]
fn what_is_no_index_is_refused_with_the_way_to_make_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_refused(folder.path(), &["is not an index", "an index was expected"]);
    assert_refused(&folder.path().join("nowhere"), &["does not exist", "an index was expected"]);
    assert!(!Index::open(folder.path()).unwrap_err().is_not_found(), "there is something that is no index");
    assert!(Index::open(folder.path().join("nowhere")).unwrap_err().is_not_found());
    std::fs::write(folder.path().join("file"), "x").unwrap();
    assert!(!Index::open(folder.path().join("file")).unwrap_err().is_not_found());
    let file = folder.path().join("tracks.csv");
    fs::write(&file, "track_id\n").unwrap();
    assert_refused(&file, &["tracks.csv", "is not an index"]);
    fs::write(folder.path().join(MANIFEST), "{}").unwrap();
    assert_refused(folder.path(), &[MANIFEST, "damaged or foreign"]);
    fs::write(folder.path().join(MANIFEST), "[".repeat(1 << 19)).unwrap();
    assert_refused(folder.path(), &[MANIFEST, "damaged or foreign"]);
    fs::write(folder.path().join(MANIFEST), " ".repeat(17 << 20)).unwrap();
    assert_refused(folder.path(), &[MANIFEST, "too large"]);
}

#[test]
fn extra_files_are_no_part_of_an_index_and_do_no_harm() {
    let (_folder, path) = index();
    fs::write(path.join("README"), "mine").unwrap();
    fs::write(path.join("generation-1").join("extra.arrow"), "mine").unwrap();
    fs::create_dir(path.join("generation-12")).unwrap();
    fs::create_dir(path.join("generation-x")).unwrap();
    verify(&path).unwrap();
    ask_everything(Index::open(&path).unwrap(), 1);
    write_demo(&path, TRACKS, 2);
    assert_eq!(verify(&path).unwrap().generation, 2);
    assert!(path.join("README").exists() && path.join("generation-x").exists());
    assert!(!path.join("generation-12").exists() && !path.join("generation-1").exists());
}

#[test]
fn manifests_that_this_version_cannot_use_say_why() {
    let (_folder, path) = index();
    let refused = |words: &[&str], change: &dyn Fn(&mut serde_json::Value)| {
        let own = fs::read(path.join(MANIFEST)).unwrap();
        change_manifest(&path, change);
        assert_refused(&path, words);
        fs::write(path.join(MANIFEST), own).unwrap();
    };
    refused(&["format version 4", "reads versions 5 to 7"], &|manifest| manifest["version"] = 4.into());
    refused(&["format version 8", "reads versions 5 to 7"], &|manifest| manifest["version"] = 8.into());
    refused(&["big-endian", "build the index here"], &|manifest| manifest["byte_order"] = "big".into());
    let model = |manifest: &mut serde_json::Value| manifest["models"][0].take();
    let change_model = |words: &[&str], change: &dyn Fn(&mut serde_json::Value)| {
        refused(words, &|manifest| {
            let mut model = model(manifest);
            change(&mut model);
            // The map keeps to its profile, whatever that is called now.
            manifest["map"]["profile"] = model["profile"].clone();
            manifest["models"][0] = model;
        });
    };
    refused(&["it has no profile"], &|manifest| manifest["models"] = serde_json::json!([]));
    change_model(&["profile segue version 2", "this Segue has another"], &|model| {
        (model["profile"], model["version"]) = ("segue".into(), 2.into());
    });
    change_model(&["does not list ../mine/genres.arrow"], &|model| model["profile"] = "../mine".into());
    change_model(&["aspects that this Segue does not know"], &|model| {
        model["aspects"][1]["name"] = "valance".into();
    });
    change_model(&["mine/vectors.arrow", "of another type"], &|model| {
        drop(model["aspects"].as_array_mut().unwrap().remove(0))
    });
    change_model(&["the profile mine wrongly (energy weighs -1"], &|model| {
        model["aspects"][0]["weight"] = (-1.0).into();
    });
    change_model(&["another profile than mine"], &|model| {
        model["aspects"][0]["deviation"][0] = 0.0.into();
    });
    refused(&["does not list ids.arrow"], &|manifest| {
        manifest["files"].as_object_mut().unwrap().remove("ids.arrow");
    });
    refused(&["generation-9", "build the index anew"], &|manifest| manifest["generation"] = 9.into());
    refused(&["its format is \"other\""], &|manifest| manifest["format"] = "other".into());
    for tracks in [0u64, 1 << 32, u64::MAX] {
        refused(&[&format!("it has {tracks} tracks")], &|manifest| manifest["tracks"] = tracks.into());
    }
    refused(&["has 60 rows, 59 were expected"], &|manifest| manifest["tracks"] = 59.into());
    for name in ["../manifest.json", "/etc/hostname", "..", "", "a/b/c", "a//b", "a/.."] {
        refused(&["is not the name of a file"], &|manifest| {
            manifest["files"][name] = manifest["files"]["ids.arrow"].clone();
        });
    }
    verify(&path).unwrap();
    fs::rename(path.join("generation-1"), path.join("generation-2")).unwrap();
    assert_refused(&path, &["generation-1", "cannot be opened"]);
}

#[test]
fn the_last_generation_is_an_error_and_not_an_overflow() {
    let (_folder, path) = index();
    fs::rename(path.join("generation-1"), path.join(format!("generation-{}", u64::MAX))).unwrap();
    change_manifest(&path, |manifest| manifest["generation"] = u64::MAX.into());
    let index = Index::open(&path).unwrap();
    let error = IndexWriter::create(&path).unwrap().write(&index, &()).unwrap_err().to_string();
    assert!(error.contains("after which there is no other"), "{error}");
    verify(&path).unwrap();
}

#[test]
fn the_seal_of_these_tests_is_that_of_the_writer() {
    let (_folder, path) = index();
    let own = manifest(&path);
    let text = sealed(&own);
    assert_ne!(text.as_bytes(), fs::read(path.join(MANIFEST)).unwrap(), "the keys have another order");
    fs::write(path.join(MANIFEST), text).unwrap();
    verify(&path).unwrap();
}
