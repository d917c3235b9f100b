//! A map as a picture: dots, and the labels that fit, for a PNG (`raster`) or an SVG (`svg`).

mod raster;
mod svg;

use segue::Row;
use segue::map::{Genres, TrackMap};

pub(crate) use raster::png;
pub(crate) use svg::svg;

/// The colours of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    Light,
    Dark,
}

/// Red, green, blue.
type Colour = [u8; 3];

/// The margin around the map, relative to the side of the picture.
const MARGIN: f32 = 0.02;
/// The dots cover about this share of the picture, but none is smaller or larger than these radii in pixels.
const COVERED: f32 = 0.35;
const RADII: (f32, f32) = (0.75, 5.0);
const OPACITY: f32 = 0.7;
/// A longer name of a genre is cut off.
const MOST_CHARACTERS: usize = 40;
/// The space around a label in which there is no other, relative to the height of the text.
const DISTANCE: f32 = 0.15;
/// The width of the outline of a text, so that it can be read on dots, relative to its height.
const OUTLINE: f32 = 0.12;

/// What is drawn, in pixels from the upper left corner.
#[derive(Debug)]
pub(crate) struct Picture {
    /// Its width and height.
    side: u32,
    theme: Theme,
    radius: f32,
    dots: Vec<Dot>,
    /// The height of the texts.
    text_height: u32,
    labels: Vec<Label>,
}

#[derive(Debug, Clone, Copy)]
struct Dot {
    x: f32,
    y: f32,
    colour: Colour,
}

/// A text, centred at a point.
#[derive(Debug, Clone, PartialEq)]
struct Label {
    text: String,
    x: f32,
    y: f32,
    colour: Colour,
}

impl Picture {
    /// The picture of a map with the labels of its genres, those of more tracks before others where there is not room for
    /// all.
    pub(crate) fn new(map: &TrackMap, genres: &Genres, (side, theme): (u32, Theme)) -> Self {
        let inner = side as f32 * (1.0 - 2.0 * MARGIN);
        let at = |[x, y]: [f32; 2]| {
            let begin = side as f32 * MARGIN;
            (begin + x * inner, begin + (1.0 - y) * inner)
        };
        let colours: Vec<Colour> = genres.labels().iter().map(|label| theme.dot(Some(label.hue()))).collect();
        let colour = |row| genres.number(row).and_then(|genre| colours.get(genre)).copied();
        // A catalogue is often sorted by genre: in a mixed order, none hides the others.
        let mut rows: Vec<u32> = (0..u32::try_from(map.len()).unwrap_or(u32::MAX)).collect();
        rows.sort_unstable_by_key(|row| row.wrapping_mul(0x9e37_79b1));
        let dot = |row: u32| {
            let (x, y) = at(map.place(Row(row))?);
            Some(Dot { x, y, colour: colour(Row(row)).unwrap_or(theme.dot(None)) })
        };
        let dots: Vec<Dot> = rows.into_iter().filter_map(dot).collect();
        let share = COVERED * inner * inner / dots.len().max(1) as f32;
        let text_height = raster::text_height(side);
        let mut picture = Self {
            side,
            theme,
            radius: (share / std::f32::consts::PI).sqrt().clamp(RADII.0, RADII.1),
            dots,
            text_height,
            labels: Vec::new(),
        };
        for label in genres.labels() {
            let (x, y) = at([label.x, label.y]);
            let text = shortened(&label.genre);
            picture.add_label(Label { text, x, y, colour: theme.text(label.hue()) });
        }
        picture
    }

    /// How many labels there was room for.
    pub(crate) fn labels(&self) -> usize {
        self.labels.len()
    }

    /// Adds a label, moved into the picture, unless it would overlap another.
    fn add_label(&mut self, mut label: Label) {
        let half = self.half(&label);
        let inside = |value: f32, half: f32| value.min(self.side as f32 - half).max(half);
        (label.x, label.y) = (inside(label.x, half.0), inside(label.y, half.1));
        let overlaps = |other: &Label| {
            let others = self.half(other);
            (label.x - other.x).abs() < half.0 + others.0 && (label.y - other.y).abs() < half.1 + others.1
        };
        let is_room = half.0 * 2.0 <= self.side as f32 && !label.text.is_empty();
        if is_room && !self.labels.iter().any(overlaps) {
            self.labels.push(label);
        }
    }

    /// Half of the width and of the height of a label, with the space around it.
    fn half(&self, label: &Label) -> (f32, f32) {
        let space = DISTANCE * self.text_height as f32;
        let width = raster::text_width(&label.text, self.text_height) as f32;
        (width / 2.0 + space, self.text_height as f32 / 2.0 + space)
    }
}

impl Theme {
    fn background(self) -> Colour {
        match self {
            Self::Light => [255, 255, 255],
            Self::Dark => [16, 18, 24],
        }
    }

    /// The colour of a track's dot by the hue of its genre; grey without a genre.
    fn dot(self, hue: Option<f64>) -> Colour {
        match (self, hue) {
            (Self::Light, Some(hue)) => hsl(hue, 0.65, 0.48),
            (Self::Dark, Some(hue)) => hsl(hue, 0.70, 0.62),
            (Self::Light, None) => hsl(0.0, 0.0, 0.62),
            (Self::Dark, None) => hsl(0.0, 0.0, 0.45),
        }
    }

    /// The colour of a genre's name by its hue.
    fn text(self, hue: f64) -> Colour {
        match self {
            Self::Light => hsl(hue, 0.70, 0.22),
            Self::Dark => hsl(hue, 0.75, 0.86),
        }
    }
}

/// A colour by its hue in degrees, saturation and lightness, as `hsl()` of CSS Color Module Level 4 defines it.
fn hsl(hue: f64, saturation: f64, lightness: f64) -> Colour {
    let channel = |offset: f64| {
        let turn = (offset + hue / 30.0) % 12.0;
        let amplitude = saturation * lightness.min(1.0 - lightness);
        let value = lightness - amplitude * (turn - 3.0).min(9.0 - turn).clamp(-1.0, 1.0);
        (value * 255.0).round() as u8
    };
    [channel(0.0), channel(8.0), channel(4.0)]
}

/// A name without control characters, cut off if it is very long.
fn shortened(name: &str) -> String {
    let printable = name.trim().replace(char::is_control, " ");
    match printable.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{}...", printable.get(..end).unwrap_or_default()),
        None => printable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_those_of_css() {
        for (colour, expected) in [
            (hsl(0.0, 1.0, 0.5), [255, 0, 0]),
            (hsl(120.0, 1.0, 0.25), [0, 128, 0]),
            (hsl(240.0, 1.0, 0.75), [128, 128, 255]),
            (hsl(60.0, 0.0, 1.0), [255, 255, 255]),
            (hsl(210.0, 0.65, 0.48), [43, 122, 202]),
        ] {
            assert_eq!(colour, expected);
        }
    }

    #[test]
    fn labels_do_not_overlap_and_stay_inside() {
        let mut picture = Picture {
            side: 400,
            theme: Theme::Dark,
            radius: 1.0,
            dots: vec![],
            text_height: 16,
            labels: vec![],
        };
        let label = |text: &str, x, y| Label { text: text.into(), x, y, colour: [0; 3] };
        picture.add_label(label("rock", 200.0, 200.0));
        picture.add_label(label("metal", 210.0, 205.0));
        picture.add_label(label("pop", 200.0, 230.0));
        picture.add_label(label("", 100.0, 100.0));
        picture.add_label(label("ambient", 399.0, 0.0));
        picture.add_label(label(&"x".repeat(90), 200.0, 300.0));
        let texts: Vec<&str> = picture.labels.iter().map(|label| label.text.as_str()).collect();
        assert_eq!(texts, ["rock", "pop", "ambient"]);
        let ambient = &picture.labels[2];
        assert!(ambient.x < 380.0 && ambient.y >= 8.0, "{ambient:?}");
    }

    #[test]
    fn names_are_printable_and_short() {
        assert_eq!(shortened(" a\u{1b}[1m\nb "), "a [1m b");
        assert_eq!(shortened(&"é".repeat(300)).chars().count(), MOST_CHARACTERS + 3);
    }
}
