//! Builds that are killed (SIGKILL) at random moments.

use std::path::Path;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use segue::Index;
use segue::index::verify;

use super::{Answers, answers, assert_whole_and_tidy, build, built, demo, folder, names};

/// SplitMix64: the delays are the same in every run, though not what the build is doing then.
struct Moments(u64);

impl Moments {
    /// A random duration below `span`.
    fn within(&mut self, span: Duration) -> Duration {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        span.mul_f64((mixed >> 11) as f64 / (1u64 << 53) as f64)
    }
}

fn spawn(input: &Path, index: &Path) -> Child {
    build(input, index).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the build is writing its files, or has ended.
fn wait_until_it_writes(child: &mut Child, index: &Path, generation: u64) {
    let folder = index.join(format!("generation-{generation}"));
    while !folder.exists() && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_micros(50));
    }
}

fn kill(mut child: Child) {
    _ = child.kill();
    child.wait().unwrap();
}

/// The duration of a build, and of the part of it that writes files.
fn measure(input: &Path, index: &Path) -> (Duration, Duration) {
    let generation = verify(index).map_or(1, |verified| verified.generation + 1);
    let start = Instant::now();
    let mut child = spawn(input, index);
    wait_until_it_writes(&mut child, index, generation);
    let writing = Instant::now();
    assert!(child.wait().unwrap().success());
    (start.elapsed(), writing.elapsed())
}

#[test]
fn a_killed_build_leaves_the_old_index_or_the_new_one_and_the_next_build_tidies_up() {
    const KILLS: usize = 80;
    let folder = folder();
    let inputs = [demo(folder.path(), 4000, 1), demo(folder.path(), 5000, 2)];
    let index = folder.path().join("killed.segue");
    let known: Vec<Answers> = inputs
        .iter()
        .map(|input| {
            built(input, &index);
            answers(&index)
        })
        .collect();
    let (whole, writing) = measure(&inputs[1], &index);
    let mut moments = Moments(1);
    let (mut old, mut new, mut debris) = (0, 0, 0);
    for number in 0..KILLS {
        // Each round begins with an index of the second input.
        let before = verify(&index).unwrap().generation;
        let mut child = spawn(&inputs[0], &index);
        // Kill half of the builds at any time, the other half while files are written.
        if number % 2 == 1 {
            wait_until_it_writes(&mut child, &index, before + 1);
            thread::sleep(moments.within(writing));
        } else {
            thread::sleep(moments.within(whole));
        }
        kill(child);

        let verified = verify(&index).unwrap_or_else(|error| panic!("kill {number}: {error}"));
        let found = answers(&index);
        if verified.generation == before {
            assert_eq!(found, known[1], "kill {number}: not the old index");
            old += 1;
        } else {
            assert_eq!((verified.generation, &found), (before + 1, &known[0]), "kill {number}");
            new += 1;
        }
        debris += usize::from(names(&index).len() > 3);

        built(&inputs[1], &index);
        assert_whole_and_tidy(&index);
        assert_eq!(answers(&index), known[1]);
    }
    assert_eq!(old + new, KILLS);
    assert!(old > KILLS / 4, "{old} of {KILLS} kills came before the end");
    assert!(debris > 5, "{debris} of {KILLS} kills left something behind");
}

#[test]
fn a_first_build_that_is_killed_leaves_no_index_or_a_whole_one() {
    const KILLS: usize = 20;
    let folder = folder();
    let input = demo(folder.path(), 1500, 3);
    let path = |number: usize| folder.path().join(format!("first-{number}.segue"));
    let (whole, writing) = measure(&input, &path(0));
    let known = answers(&path(0));
    let mut moments = Moments(2);
    let mut none = 0;
    for number in 1..=KILLS {
        let index = path(number);
        let mut child = spawn(&input, &index);
        if number % 2 == 1 {
            wait_until_it_writes(&mut child, &index, 1);
            thread::sleep(moments.within(writing));
        } else {
            thread::sleep(moments.within(whole));
        }
        kill(child);
        match Index::open(&index) {
            Err(error) => {
                assert!(
                    ["is not an index", "does not exist"].iter().any(|word| error.to_string().contains(word)),
                    "{error}"
                );
                assert!(verify(&index).is_err());
                none += 1;
            }
            Ok(_) => {
                verify(&index).unwrap();
                assert_eq!(answers(&index), known);
            }
        }
        built(&input, &index);
        assert_whole_and_tidy(&index);
        assert_eq!(answers(&index), known);
    }
    assert!(none > 0, "every kill of {KILLS} came too late");
}
