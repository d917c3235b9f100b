//! What the fuzz targets check, over the seeds of their corpus and small changes of each: the same inputs at every run.

#[path = "../../../../fuzz/checks/csv_table.rs"]
mod csv_table;
#[path = "../../../../fuzz/checks/ingest.rs"]
mod ingest;
#[path = "../../../../fuzz/checks/open_index.rs"]
mod open_index;
#[path = "../../../../fuzz/checks/playlist.rs"]
mod playlist;
#[path = "../../../../fuzz/checks/profile.rs"]
mod profile;
#[path = "../../../../fuzz/checks/query.rs"]
mod query;

use std::io::Write;

use arrow_ipc::CompressionType;
use parquet::basic::Encoding;
use segue_demo::Demo;

/// Numbers without a pattern, the same at every run (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }
}

/// A seed, and so many changes of it: some bytes replaced, a part repeated or removed, the end cut off.
fn changed(seed: &[u8], changes: usize) -> Vec<Vec<u8>> {
    let mut numbers = Numbers(0x5e60_e5ee_d000_0001 ^ seed.len() as u64);
    let mut inputs = vec![seed.to_vec()];
    for change in 0..changes {
        let mut input = seed.to_vec();
        let from = numbers.below(input.len());
        let to = (from + 1 + numbers.below(64)).min(input.len());
        match change % 4 {
            0 => input.truncate(from),
            1 => input.splice(from..to, []).for_each(drop),
            2 => {
                let part = input[from..to].to_vec();
                input.splice(to..to, part).for_each(drop);
            }
            _ => {
                for _ in 0..1 + numbers.below(4) {
                    let (at, byte) = (numbers.below(input.len()), numbers.below(256) as u8);
                    input[at..].iter_mut().take(1).for_each(|place| *place = byte);
                }
            }
        }
        inputs.push(input);
    }
    inputs
}

/// Tables of a few tracks in every encoding.
fn tables() -> Vec<Vec<u8>> {
    let mut tables = Vec::new();
    for tracks in [1, 5, 40] {
        let mut csv = Vec::new();
        Demo { tracks, seed: 3 }.write_csv(&mut csv, |_| ()).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&csv).unwrap();
        tables.extend([gzip.finish().unwrap(), zstd::encode_all(csv.as_slice(), 1).unwrap(), csv]);
        let batch = crate::encoded::batch(tracks);
        for encoding in [None, Some(Encoding::PLAIN), Some(Encoding::DELTA_BYTE_ARRAY)] {
            tables.push(crate::encoded::parquet_file(&batch, encoding));
        }
        for compression in [None, Some(CompressionType::LZ4_FRAME), Some(CompressionType::ZSTD)] {
            tables.push(crate::encoded::arrow_file(&batch, compression));
            tables.push(crate::encoded::arrow_stream(&batch, compression));
        }
    }
    tables
}

#[test]
fn tables_are_shown_or_refused() {
    tables().iter().flat_map(|table| changed(table, 40)).for_each(|input| csv_table::check(&input));
}

#[test]
fn tables_are_read_or_refused() {
    tables().iter().flat_map(|table| changed(table, 12)).for_each(|input| ingest::check(&input));
}

#[test]
fn indexes_are_opened_or_refused() {
    for choice in 0..=u8::MAX {
        let changes = [[choice, 7, 0, 255], [choice, 200, 1, 0], [choice, choice, choice, 1]];
        changes.iter().for_each(|input| open_index::check(input));
    }
}

#[test]
fn playlists_are_read_or_refused() {
    for seed in [
        "#EXTM3U\n#PLAYLIST:Mine\n#EXTINF:201,Flora - The Harbour\nspotify:track:ax9733qO5659vH0EZlnRKs\n01 - A.mp3\n",
        "<playlist version=\"1\"><title>M</title><trackList><track><location>a%20b.mp3</location><title>A &amp; B</title>\n<creator>C</creator><identifier>spotify:track:x</identifier></track></trackList></playlist>",
        "{\"playlist\":{\"title\":\"M\",\"track\":[{\"location\":[\"a.mp3\"],\"identifier\":\"x\",\"title\":\"A\",\"creator\":\"B\"}]}}",
        "playlist_id,playlist_name,track_id,title,artist\n1,M,x,\"A, \"\"B\"\"\",C\n2,,,D,E\n",
        "# mine\nspotify:track:ax9733qO5659vH0EZlnRKs\nthe harbour - flora\n",
        "[playlist]\nFile1=C:\\A - B.mp3\nTitle1=A - B\nFile2=x/y/03 T.mp3\nNumberOfEntries=2\n",
        "<?wpl version=\"1.0\"?><smil><head><title>x</title></head><body><seq><media src=\"..\\A\\05 B &amp; C.mp3\" trackTitle=\"T\"/></seq></body></smil>",
        "PERFORMER \"A\"\nTITLE \"D\"\nFILE \"x.wav\" WAVE\n  TRACK 01 AUDIO\n    TITLE \"T\"\n    ISRC USXXX0000001\n",
        "<plist><dict><key>Tracks</key><dict><key>1</key><dict><key>Track ID</key><integer>1</integer><key>Name</key><string>T</string><key>Artist</key><string>A</string></dict></dict><key>Playlists</key><array><dict><key>Name</key><string>M</string><key>Playlist Items</key><array><dict><key>Track ID</key><integer>1</integer></dict></array></dict></array></dict></plist>",
        "[{\"ts\":\"2021\",\"master_metadata_track_name\":\"T\",\"master_metadata_album_artist_name\":\"A\",\"spotify_track_uri\":\"spotify:track:x\"},{\"episode_name\":\"E\"}]",
        "{\"playlists\":[{\"name\":\"M\",\"items\":[{\"track\":{\"trackName\":\"T\",\"artistName\":\"A\"},\"localTrack\":{\"uri\":\"spotify:local:A:B:C:1\"}}]}]}",
    ] {
        changed(seed.as_bytes(), 400).iter().for_each(|input| playlist::check(input));
    }
}

#[test]
fn profiles_are_read_or_refused() {
    let seed = r#"{"profile": "mine", "version": 3, "weights": {"energy": 1.5, "genres": 2, "key": 0.1}}"#;
    for input in changed(seed.as_bytes(), 2_000) {
        if let Ok(text) = std::str::from_utf8(&input) {
            profile::check(text);
        }
    }
}

#[test]
fn queries_are_answered() {
    for seed in [
        "rock",
        "The Harbour - Flora",
        "spotify:track:ax9733qO5659vH0EZlnRKs",
        "https://open.spotify.com/intl-de/track/ax9733qO5659vH0EZlnRKs?si=1",
        "artist:\"daft punk\" -remix genre:house (a+)+$",
    ] {
        for input in changed(seed.as_bytes(), 40) {
            query::check(&String::from_utf8_lossy(&input));
        }
    }
}
