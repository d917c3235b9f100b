//! Many questions at once to a recommender that nobody has asked before, from threads of the pool that also divides
//! the work on each: all are answered, and as they are one by one.

use rayon::prelude::*;
use segue::catalogue::Attribute;
use segue::recommend::SearchQuery;
use segue::{Index, IndexWriter, Ingest, Input, Query, Recommender, Row};
use segue_demo::Demo;

const QUESTIONS: usize = 100;
const STARTS: usize = 20;

fn built(csv: &[u8]) -> Index {
    let (catalogue, _) = Ingest::new().read([Input::bytes("demo.csv", csv.to_vec())]).unwrap();
    Index::builder().build(catalogue).unwrap()
}

fn csv() -> Vec<u8> {
    let mut csv = Vec::new();
    Demo { tracks: 3000, seed: 1 }.write_csv(&mut csv, |_| ()).unwrap();
    csv
}

/// What needs something that is made when it is first needed.
fn answer(recommender: &Recommender, number: usize) -> String {
    let row = Row(number as u32 * 7);
    match number % 3 {
        0 => {
            let found = recommender.search(&SearchQuery::new("the").limit(20)).unwrap();
            serde_json::to_string(&found).unwrap()
        }
        1 => {
            let query = Query::new(row).target(Attribute::Energy, 0.9);
            serde_json::to_string(&recommender.recommend(&query).unwrap()).unwrap()
        }
        _ => serde_json::to_string(&recommender.recommend(&Query::new(row)).unwrap()).unwrap(),
    }
}

fn starts(fresh: impl Fn() -> Recommender + Sync) {
    let one_by_one = fresh();
    let expected: Vec<String> = (0..QUESTIONS).map(|number| answer(&one_by_one, number)).collect();
    for threads in [2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        for _ in 0..STARTS {
            let recommender = fresh();
            let answers: Vec<String> = pool.install(|| {
                let numbers = (0..QUESTIONS).into_par_iter().with_max_len(1);
                numbers.map(|number| answer(&recommender, number)).collect()
            });
            assert_eq!(answers, expected);
        }
    }
}

#[test]
fn an_index_in_files() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.segue");
    IndexWriter::create(&path).unwrap().write(&built(&csv()), &()).unwrap();
    starts(|| Recommender::new(Index::open(&path).unwrap()));
}

#[test]
fn an_index_in_memory() {
    let csv = csv();
    starts(|| Recommender::new(built(&csv)));
}
