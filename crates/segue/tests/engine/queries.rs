//! What a query can say: every wish is checked against the plainest way to fulfil it, on a generated catalogue.

use segue::neighbours::similarity;
use segue::recommend::PathQuery;
use segue::{
    Attribute, Error, Features, Filter, Index, Ingest, Input, Profile, Query, Recommender, Row, Seed,
};
use segue_demo::Demo;

fn recommender() -> &'static Recommender {
    static RECOMMENDER: std::sync::OnceLock<Recommender> = std::sync::OnceLock::new();
    RECOMMENDER.get_or_init(|| {
        let mut csv = Vec::new();
        Demo { tracks: 3_000, seed: 5 }.write_csv(&mut csv, |_| ()).unwrap();
        let (catalogue, _) = Ingest::default().read([Input::bytes("demo.csv", csv)]).unwrap();
        let index = Index::builder().profiles(Profile::built_ins()).build(catalogue).unwrap();
        Recommender::new(index)
    })
}

fn rows(query: &Query) -> Vec<Row> {
    let recommender = recommender();
    let answer = recommender.recommend(query).unwrap();
    let rows: Vec<Row> =
        answer.recommendations.iter().map(|found| recommender.row(found.track.track_id).unwrap()).collect();
    assert!(answer.recommendations.iter().map(|found| found.rank).eq(1..=rows.len()));
    rows
}

fn number(attribute: Attribute, row: Row) -> f64 {
    recommender().index().catalogue().number(attribute, row).unwrap().unwrap()
}

/// Every track by its similarity to a seed under the default profile, the seed's work left out, each work once, and
/// no kinds but those of the seed.
fn plain(seed: Row, score: impl Fn(Row, f64) -> Option<f64>) -> Vec<Row> {
    let index = recommender().index();
    let neighbours = index.spaces()[0].neighbours();
    let asked = neighbours.query_of(seed).unwrap();
    let mut scored: Vec<(f64, Row)> = index
        .catalogue()
        .rows()
        .filter_map(|row| {
            let similarity = similarity(&asked, neighbours.vectors().get(row).unwrap());
            Some((score(row, similarity)?, row))
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let songs = index.songs().unwrap();
    let welcome = songs.kinds_of(seed);
    scored.retain(|(_, row)| welcome.has(songs.kinds_of(*row)));
    let mut seen = vec![songs.work_of(seed)];
    scored.retain(|(_, row)| {
        let is_new = !seen.contains(&songs.work_of(*row));
        seen.push(songs.work_of(*row));
        is_new
    });
    scored.into_iter().map(|(_, row)| row).collect()
}

const SEEDS: [Row; 4] = [Row(0), Row(77), Row(1234), Row(2999)];

#[test]
fn a_plain_query_lists_the_nearest_works() {
    for seed in SEEDS {
        assert_eq!(rows(&Query::new(seed).limit(40)), plain(seed, |_, similarity| Some(similarity))[..40]);
    }
}

#[test]
fn classic_lists_releases_unless_songs_are_asked_for() {
    let index = recommender().index();
    let songs = index.songs().unwrap();
    let release = index.catalogue().rows().find(|row| songs.song_of(*row) != *row).unwrap();
    let classic = Query::new(release).profile("classic").limit(3_000);
    assert_eq!(rows(&classic).len(), index.len() - 1, "all but the seed");
    let of_song =
        |rows: &[Row]| rows.iter().filter(|row| songs.song_of(**row) == songs.song_of(release)).count();
    assert!(of_song(&rows(&classic)) >= 1);
    let once = classic.all_releases(false);
    let listed = rows(&once.clone().versions(true));
    assert_eq!((listed.len(), of_song(&listed)), (songs.count() - 1, 0));
    assert_eq!(rows(&once).len(), songs.count_works() - 1);
    let every = rows(&Query::new(release).all_releases(true).limit(3_000));
    assert_eq!(every.len(), index.len() - 1);
}

#[test]
fn floors_and_ceilings_are_hard_and_exact() {
    for seed in SEEDS {
        let filter =
            Filter::default().range(Attribute::Energy, 0.3..=0.6).range(Attribute::Popularity, 20.0..);
        let passes = |row| {
            (0.3..=0.6).contains(&number(Attribute::Energy, row))
                && number(Attribute::Popularity, row) >= 20.0
        };
        let expected = plain(seed, |row, similarity| passes(row).then_some(similarity));
        assert_eq!(rows(&Query::new(seed).filter(filter).limit(15)), expected[..15]);
    }
}

#[test]
fn targets_cost_what_is_said_of_them_and_the_list_is_exact() {
    let catalogue = recommender().index().catalogue();
    let deviation = |attribute| {
        let values: Vec<f64> = catalogue.rows().map(|row| number(attribute, row)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
    };
    let targets = [(Attribute::Energy, 0.95), (Attribute::Tempo, 90.0)];
    let deviations: Vec<f64> = targets.iter().map(|(attribute, _)| deviation(*attribute)).collect();
    for seed in SEEDS {
        let cost = |row| {
            let missed = targets.iter().zip(&deviations);
            missed
                .map(|((attribute, wanted), deviation)| (number(*attribute, row) - wanted).abs() / deviation)
                .sum::<f64>()
                * Query::TARGET_PENALTY
                / 2.0
        };
        let expected = plain(seed, |row, similarity| Some(similarity - cost(row)));
        let query = targets
            .iter()
            .fold(Query::new(seed), |query, (attribute, value)| query.target(*attribute, *value));
        let query = query.limit(25);
        assert_eq!(rows(&query), expected[..25]);
    }
    let loudest = rows(&Query::default().target(Attribute::Loudness, 0.0));
    let mean = |rows: &[Row]| {
        rows.iter().map(|row| number(Attribute::Loudness, *row)).sum::<f64>() / rows.len() as f64
    };
    assert!(
        mean(&loudest) > mean(&catalogue.rows().collect::<Vec<_>>()) + 5.0,
        "without seeds targets rank alone"
    );
}

#[test]
fn chance_is_repeatable_and_grows_with_its_amount() {
    let shuffled = |amount, seed| rows(&Query::new(Row(5)).shuffle(amount, seed).limit(20));
    let plain = rows(&Query::new(Row(5)).limit(20));
    assert_eq!(shuffled(0.0, 1), plain);
    assert_eq!(shuffled(0.2, 7), shuffled(0.2, 7));
    assert_ne!(shuffled(0.2, 7), shuffled(0.2, 8));
    let kept = |amount| {
        (0..20)
            .map(|seed| shuffled(amount, seed).iter().filter(|row| plain.contains(row)).count())
            .sum::<usize>()
    };
    assert!(kept(0.02) > kept(0.2) && kept(0.2) > kept(1.0));
}

#[test]
fn at_most_so_many_tracks_of_an_artist_or_an_album() {
    let catalogue = recommender().index().catalogue();
    for seed in SEEDS {
        let listed = rows(&Query::new(seed).per_artist(1).limit(60));
        let mut artists: Vec<&str> =
            listed.iter().flat_map(|row| catalogue.track(*row).unwrap().artists).collect();
        artists.sort_unstable();
        assert!(artists.windows(2).all(|pair| pair[0] != pair[1]));
        let mut taken: Vec<&str> = Vec::new();
        let mut expected = plain(seed, |_, similarity| Some(similarity));
        expected.retain(|row| {
            let artists = catalogue.track(*row).unwrap().artists;
            let is_new = artists.iter().all(|artist| !taken.contains(artist));
            if is_new {
                taken.extend(artists);
            }
            is_new
        });
        assert_eq!(listed, expected[..60], "the first of each artist");
        let listed = rows(&Query::new(seed).per_album(1).limit(60));
        let albums = |rows: Vec<Row>| {
            let mut albums: Vec<_> = rows
                .iter()
                .map(|row| {
                    let track = catalogue.track(*row).unwrap();
                    (track.album_name, track.artists[0])
                })
                .collect();
            albums.sort_unstable();
            albums.dedup();
            albums.len()
        };
        assert_eq!(albums(listed), 60);
    }
}

#[test]
fn artists_are_spaced_and_the_tracks_stay_the_same() {
    let artists = |row: &Row| -> Vec<String> {
        recommender().index().catalogue().artists(*row).unwrap().map(str::to_owned).collect()
    };
    let repeats = |rows: &[Row]| {
        let shares = |a: &Row, b: &Row| artists(a).iter().any(|artist| artists(b).contains(artist));
        rows.windows(2).filter(|pair| shares(&pair[0], &pair[1])).count()
    };
    // Tracks of an artist are separated by those of others, of which one stands before them if they are not first.
    let unavoidable = |rows: &[Row]| {
        let needed = rows.iter().flat_map(&artists).map(|artist| {
            let of_artist = rows.iter().filter(|row| artists(row).contains(&artist)).count();
            let separators = rows.len() - of_artist + usize::from(artists(&rows[0]).contains(&artist));
            of_artist.saturating_sub(separators)
        });
        needed.max().unwrap_or(0)
    };
    let mut before = 0;
    for seed in (0..40).map(|seed| Row(seed * 71)) {
        let plain = rows(&Query::new(seed).limit(30));
        let spaced = rows(&Query::new(seed).limit(30).spaced(true));
        before += repeats(&plain);
        let fewest = unavoidable(&plain);
        match plain.iter().all(|row| artists(row).len() == 1) {
            true => assert_eq!(repeats(&spaced), fewest, "{seed:?}"),
            false => assert!((fewest..=repeats(&plain)).contains(&repeats(&spaced)), "{seed:?}"),
        }
        assert_eq!(plain[0], spaced[0]);
        if repeats(&plain) == 0 {
            assert_eq!(plain, spaced);
        }
        let sorted = |mut rows: Vec<Row>| {
            rows.sort_unstable();
            rows
        };
        assert_eq!(sorted(plain), sorted(spaced));
    }
    assert!(before > 0);
}

#[test]
fn diversity_trades_similarity_for_difference() {
    let index = recommender().index();
    let neighbours = index.spaces()[0].neighbours();
    let alike = |rows: &[Row]| {
        let unit = |row| neighbours.query_of(row).unwrap();
        let pairs = rows.iter().enumerate().flat_map(|(at, a)| rows[at + 1..].iter().map(move |b| (*a, *b)));
        pairs.map(|(a, b)| similarity(&unit(a), &unit(b))).sum::<f64>()
    };
    for seed in SEEDS {
        let diverse = |diversity| rows(&Query::new(seed).diversity(diversity));
        assert_eq!(diverse(0.0), rows(&Query::new(seed)));
        assert_eq!(
            diverse(1e-9),
            rows(&Query::new(seed)),
            "the order is kept where difference weighs nothing"
        );
        assert!(alike(&diverse(0.8)) < alike(&diverse(0.0)));
        // Maximal marginal relevance among the best fifty, in the plainest way.
        let asked = neighbours.query_of(seed).unwrap();
        let score = |row: Row| similarity(&asked, neighbours.vectors().get(row).unwrap());
        let between =
            |a: Row, b: Row| similarity(&neighbours.query_of(a).unwrap(), &neighbours.query_of(b).unwrap());
        for diversity in [0.3, 0.8] {
            let mut pool = plain(seed, |_, similarity| Some(similarity))[..50].to_vec();
            let mut listed: Vec<Row> = Vec::new();
            while listed.len() < 10 {
                let worth = |row: Row| {
                    let nearest = listed.iter().map(|other| between(row, *other)).fold(-1.0, f64::max);
                    let nearest = if listed.is_empty() { 0.0 } else { nearest };
                    (1.0 - diversity) * score(row) - diversity * nearest
                };
                let best = (0..pool.len()).rev().max_by(|a, b| worth(pool[*a]).total_cmp(&worth(pool[*b])));
                listed.push(pool.remove(best.unwrap()));
            }
            assert_eq!(diverse(diversity), listed);
        }
        assert_eq!(diverse(0.3)[0], diverse(0.0)[0], "the most similar comes first");
    }
}

#[test]
fn genres_and_artists_are_wanted_or_not() {
    let catalogue = recommender().index().catalogue();
    let track = |row| catalogue.track(row).unwrap();
    let (genre, artist) = (track(Row(9)).genres[0].to_owned(), track(Row(10)).artists[0].to_owned());
    let list = |filter| rows(&Query::new(Row(3)).filter(filter).limit(3_000));
    let has_genre = |row: &Row| track(*row).genres.contains(&genre.as_str());
    let has_artist = |row: &Row| track(*row).artists.contains(&artist.as_str());
    let all = list(Filter::default());
    let (with, without) =
        (list(Filter::default().genre(genre.to_uppercase())), list(Filter::default().without_genre(&genre)));
    assert!(!with.is_empty() && with.iter().all(has_genre) && !without.iter().any(has_genre));
    assert!(with.len() < all.len() && without.len() < all.len());
    let (with, without) =
        (list(Filter::default().artist(&artist)), list(Filter::default().without_artist(&artist)));
    assert!(!with.is_empty() && with.iter().all(has_artist) && !without.iter().any(has_artist));
    let never = [all[0], all[2]];
    let kept = list(never.into_iter().fold(Filter::default(), Filter::without));
    assert!(!kept.contains(&never[0]) && !kept.contains(&never[1]) && kept[0] == all[1]);
    for explicit in [true, false] {
        let listed = list(Filter::default().explicit(explicit));
        assert!(!listed.is_empty() && listed.iter().all(|row| catalogue.explicit(*row) == Some(explicit)));
    }
}

#[test]
fn mixing_keeps_tempo_and_key_within_reach() {
    for seed in SEEDS {
        let tempo = number(Attribute::Tempo, seed);
        let filter = Filter::default().tempo_within(4.0);
        let listed = rows(&Query::new(seed).filter(filter).limit(200));
        let ratio = |row: &Row| number(Attribute::Tempo, *row) / tempo;
        let is_near =
            |row: &Row| [0.5, 1.0, 2.0].iter().any(|wanted| (ratio(row) / wanted - 1.0).abs() <= 0.04 + 1e-9);
        assert!(listed.iter().all(is_near) && listed.len() > 50);
        assert!(listed.iter().any(|row| !(0.9..1.1).contains(&ratio(row))), "half or double tempo counts");
        let filter = Filter::default().harmonic(true);
        let harmonic = rows(&Query::new(seed).filter(filter).limit(3_000));
        // Four of the 24 places on the wheel can follow one.
        assert!((200..1_200).contains(&harmonic.len()), "{}", harmonic.len());
    }
}

#[test]
fn several_seeds_are_their_soft_maximum_and_negative_ones_turn_them_away() {
    let recommender = recommender();
    let seed = |row, weight| Seed::track(row).weight(weight);
    let neighbours = recommender.index().spaces()[0].neighbours();
    let vector = |row: Row| neighbours.query_of(row).unwrap().into_owned();
    let ranks_by = |query: Query, similarity_to: &dyn Fn(&[f32]) -> f64| {
        let answer = recommender.recommend(&query.limit(30).all_releases(true)).unwrap();
        let seeds = answer.seeds.iter().flat_map(|seed| &seed.track);
        let seeds: Vec<Row> = seeds.map(|track| recommender.row(track.track_id).unwrap()).collect();
        let by_hand = |row: Row| similarity_to(neighbours.vectors().get(row).unwrap());
        let mut all: Vec<(f64, Row)> = recommender
            .index()
            .catalogue()
            .rows()
            .filter(|row| !seeds.contains(row))
            .map(|row| (by_hand(row), row))
            .collect();
        all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        for (found, (expected, _)) in answer.recommendations.iter().zip(all) {
            // Vectors that are less another are rounded: tracks may change places with equals.
            let row = recommender.row(found.track.track_id).unwrap();
            assert!((found.similarity - expected).abs() < 1e-6 && (by_hand(row) - expected).abs() < 1e-6);
        }
        answer.recommendations.len()
    };
    let query = || Query::like([seed(Row(3), 4.0), seed(Row(50), 1.0), seed(Row(900), 1.0)]);
    let soft = |vectors: &[(Vec<f32>, f64)], to: &[f32]| {
        let weights: f64 = vectors.iter().map(|(_, weight)| weight).sum();
        let sum: f64 =
            vectors.iter().map(|(vector, weight)| weight * (8.0 * similarity(vector, to)).exp()).sum();
        (sum / weights).ln() / 8.0
    };
    let likes = [(vector(Row(3)), 4.0), (vector(Row(50)), 1.0), (vector(Row(900)), 1.0)];
    assert_eq!(ranks_by(query(), &|to| soft(&likes, to)), 30);
    // What the track is like the one to be unlike is subtracted, by its share of the weight.
    let share = 3.0 / 6.0;
    let apart = |row: Row| -> f64 {
        let difference = vector(row).into_iter().zip(vector(Row(77)));
        difference.map(|(a, b)| (f64::from(a) - share * f64::from(b)).powi(2)).sum::<f64>().sqrt()
    };
    let length = [3, 50, 900].map(|row| apart(Row(row))).into_iter().fold(0.0, f64::max);
    let less = |to: &[f32]| (soft(&likes, to) - share * similarity(&vector(Row(77)), to)) / length;
    assert_eq!(ranks_by(query().seed(seed(Row(77), -3.0)), &less), 30);
}

#[test]
fn what_is_unlike_one_seed_leaves_the_others() {
    let recommender = recommender();
    let catalogue = recommender.index().catalogue();
    let genre = |row: u32| catalogue.track(Row(row)).unwrap().genres[0].to_owned();
    let other = (0..).find(|row| genre(*row) != genre(0)).unwrap();
    let (one, other) = (genre(0), genre(other));
    let query = Query::new(Seed::genre(&one)).seed(Seed::genre(&other)).limit(20);
    let of = |query: &Query, genre: &str| {
        rows(query).iter().filter(|row| catalogue.genres(**row).unwrap().contains(&genre)).count()
    };
    let by = |row: Row| Seed::track(row).weight(-1.0);
    let unlike = catalogue.rows().filter(|row| catalogue.genres(*row).unwrap().contains(&one.as_str()));
    let without = unlike.take(40).fold(query.clone(), |query, row| query.seed(by(row).weight(-0.05)));
    assert!(of(&query, &one) > 3, "both are liked: {}", of(&query, &one));
    assert!(of(&without, &one) == 0 && of(&without, &other) > 10, "{}", of(&without, &other));
}

#[test]
fn artists_genres_and_unknown_tracks_are_seeds_too() {
    let catalogue = recommender().index().catalogue();
    let track = catalogue.track(Row(9)).unwrap();
    let like = |seed: Seed| rows(&Query::new(seed).limit(30));
    let shares = |rows: &[Row]| {
        rows.iter().filter(|row| catalogue.genres(**row).unwrap().contains(&track.genres[0])).count()
    };
    assert!(shares(&like(Seed::genre(track.genres[0]))) > 15);
    let of_artist = like(Seed::artist(track.artists[0]));
    assert!(of_artist.iter().any(|row| catalogue.track(*row).unwrap().artists.contains(&track.artists[0])));
    // A track of the catalogue described by what is known of it is near itself.
    let mut features = Features::default().explicit(track.explicit);
    for attribute in Attribute::ALL {
        features = features.attribute(attribute, number(attribute, Row(9)));
    }
    features = track.genres.iter().fold(features, |features, genre| features.genre(*genre));
    assert!(like(features.into()).contains(&Row(9)));
}

#[test]
fn reasons_add_up_to_the_similarity() {
    let artist = recommender().track(Row(8)).unwrap().artists[0].to_owned();
    let several = || Query::new(Row(8)).seed(Row(700)).seed(Seed::track(Row(30)).weight(-0.4));
    let queries = || [Query::new(Row(8)), several(), Query::new(Seed::artist(artist.clone()))];
    for (profile, query) in
        ["segue", "classic"].into_iter().flat_map(|profile| queries().map(|query| (profile, query)))
    {
        let query = query.profile(profile).why(true);
        for found in recommender().recommend(&query).unwrap().recommendations {
            let why = found.why.unwrap();
            let sum: f64 = why.contributions.values().sum();
            assert!((sum - found.similarity).abs() < 1e-9, "{sum} {}", found.similarity);
            assert!(!why.phrase.is_empty());
        }
        let plain = query.why(false);
        assert!(recommender().recommend(&plain).unwrap().recommendations[0].why.is_none());
    }
}

#[test]
fn a_path_leads_from_one_song_to_the_other_in_small_steps() {
    let recommender = recommender();
    let (from, to) = (Row(3), Row(50));
    let path = recommender.path(&PathQuery::new(from, to).length(10)).unwrap();
    let rows: Vec<Row> =
        path.tracks.iter().map(|found| recommender.row(found.track.track_id).unwrap()).collect();
    assert_eq!((rows.len(), rows[0], rows[9]), (10, from, to));
    let mut works: Vec<Row> =
        rows.iter().map(|row| recommender.index().songs().unwrap().work_of(*row)).collect();
    works.sort_unstable();
    works.dedup();
    assert_eq!(works.len(), 10, "no work twice");
    let neighbours = recommender.index().spaces()[0].neighbours();
    let direct = similarity(&neighbours.query_of(from).unwrap(), &neighbours.query_of(to).unwrap());
    let least = path.tracks[1..].iter().map(|found| found.similarity).fold(1.0, f64::min);
    assert!(least > direct + 0.2, "{least} against {direct} at once");
    let filter = Filter::default().range(Attribute::Energy, ..=0.5);
    let quiet = recommender.path(&PathQuery::new(from, to).filter(filter)).unwrap();
    for found in &quiet.tracks[1..5] {
        assert!(number(Attribute::Energy, recommender.row(found.track.track_id).unwrap()) <= 0.5);
    }
    for (to, length, expected) in
        [(from, 5, "same song"), (to, 1, "2 or more"), (to, 3_100, "can be on this path")]
    {
        let error = recommender.path(&PathQuery::new(from, to).length(length)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn what_cannot_be_is_refused_and_what_is_short_is_said() {
    let energy = |least: f64, most: f64| Filter::default().range(Attribute::Energy, least..=most);
    let base = Query::new(Row(1));
    let seed = |row, weight| Seed::track(Row(row)).weight(weight);
    for (query, expected) in [
        (Query::default(), "a seed or a target is needed"),
        (Query::like([seed(1, -1.0)]), "only seeds to be unlike"),
        (Query::like([seed(1, 1.0), seed(1, -1.0)]), "both to be like and to be unlike"),
        (Query::like([seed(1, f64::NAN)]), "weighs NaN"),
        (base.clone().filter(energy(0.7, 0.6)), "no energy is at least 0.7 and at most 0.6"),
        (base.clone().filter(energy(0.5, 0.6)).target(Attribute::Energy, 0.9), "is not from 0.5 to 0.6"),
        (base.clone().diversity(1.5), "diversity of 1.5"),
        (base.clone().diversity(0.1).limit(1_001), "a diverse list of 1001 tracks, at most 1000"),
        (base.clone().per_artist(0), "leave none"),
        (
            base.clone().filter(Filter::default().genre("no such genre")),
            "no track of this catalogue has the genre",
        ),
        (
            base.clone().filter(Filter::default().genre("pop").without_genre("pop")),
            "both wanted and unwanted",
        ),
        (Query::new(Seed::genre("pop")).filter(Filter::default().harmonic(true)), "no seed is one"),
        (base.clone().profile("mine"), "no vectors of the profile mine, it has segue and classic"),
    ] {
        let error = recommender().recommend(&query).unwrap_err();
        assert!(matches!(error, Error::Query { .. } | Error::UnknownName { .. } | Error::NoProfile { .. }));
        assert!(error.to_string().contains(expected), "{error}");
    }
    let none = base.clone().filter(energy(2.0, 3.0));
    let answer = recommender().recommend(&none).unwrap();
    assert_eq!(
        (answer.recommendations.len(), answer.note.as_deref()),
        (0, Some("no track passes the filters"))
    );
    let excluded = base.clone().filter(Filter::default().without(Row(1)));
    let answer = recommender().recommend(&excluded).unwrap();
    assert_eq!(
        answer.note.as_deref(),
        Some("a seed is itself excluded; it still says what tracks should be like")
    );
    let few = base.filter(energy(0.0, 0.03)).limit(3_000);
    let answer = recommender().recommend(&few).unwrap();
    let note = format!("the filters leave {} of 3000 tracks", answer.recommendations.len());
    assert_eq!(answer.note, Some(note));
}
